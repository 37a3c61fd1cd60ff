import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#test/support/directories.ts';
import { buildCommands } from '../../../scripts/build-commands.ts';
import { withPieces } from '../../../scripts/package/pieces.ts';
import { UsedPackages } from '../../../scripts/support/used-packages.ts';

const SOURCES = {
  'src-main/cli/main.ts': `import { shared } from './shared.ts';
    console.log(shared(1), (await import('./later.ts')).later());`,
  'src-main/cli/later.ts': `export const later = async () => (await import('./last.ts')).last();`,
  'src-main/cli/last.ts': `export const last = () => 'last';`,
  'src-main/cli/shared.ts': `export const shared = (one) => one + process.pid;`,
  'src-relay/main.ts': `import { shared } from '../src-main/cli/shared.ts';
    console.log(shared(2));`,
};

test.each(['small', 'readable'] as const)(
  'a %s program is taken with all that it loads, at once or later',
  async (form) => {
    const root = temporaryDirectory();
    for (const [path, source] of Object.entries(SOURCES)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), source);
    }
    const dist = join(root, 'dist');
    await buildCommands({ root, alias: {}, dist, form, used: new UsedPackages(), updates: '{}' });
    const files = readdirSync(dist).filter((name) => name.endsWith('.js'));
    // Two that are loaded later, and what both programs use.
    expect(files).toHaveLength(5);
    expect(withPieces(dist, ['clawreach.js']).toSorted()).toEqual(
      files.filter((name) => name !== 'clawreach-relay.js').toSorted(),
    );
    expect(withPieces(dist, ['clawreach-relay.js'])).toHaveLength(2);
  },
);
