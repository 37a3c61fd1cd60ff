import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fileTools } from '#cli/commands/mcp/file-tools.ts';
import { messageTools } from '#cli/commands/mcp/tools.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { copySkills } from '../../../scripts/package/skills.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SKILLS = ['clawreach', 'clawreach-messages'];

/** Front matter of a skill, by the names of its lines: OpenClaw reads one line for each. */
function frontMatter(text: string): Readonly<Record<string, string>> {
  const [, head = ''] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
  return Object.fromEntries(
    head.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
}

describe('the skills for OpenClaw', () => {
  const packaged = (): string => {
    const to = temporaryDirectory();
    copySkills(ROOT, to);
    return join(to, 'skills');
  };

  it('are copied into the package, all of them', () => {
    expect(readdirSync(packaged()).sort()).toEqual(SKILLS);
    expect(readFileSync(join(packaged(), 'clawreach/client.mjs'))).toEqual(
      readFileSync(join(ROOT, 'skills/clawreach/client.mjs')),
    );
  });

  it.each(SKILLS)('%s has the front matter that OpenClaw reads', (name) => {
    const fields = frontMatter(readFileSync(join(packaged(), name, 'SKILL.md'), 'utf8'));
    expect(Object.keys(fields)).toEqual(['name', 'description', 'metadata']);
    expect(fields['name']).toBe(name);
    expect(fields['description']?.length).toBeLessThanOrEqual(1024);
    // YAML would read more than a text.
    expect(fields['description']).not.toMatch(/: |^["'[{]/);
    const { openclaw } = JSON.parse(fields['metadata'] ?? '') as { openclaw: { requires: { bins: string[] } } };
    expect(openclaw.requires.bins.length).toBeGreaterThan(0);
  });

  it('name every tool of the server, and no other', () => {
    const text = readFileSync(join(packaged(), 'clawreach-messages/SKILL.md'), 'utf8');
    const named = new Set([...text.matchAll(/`((?:peers|message|file)_\w+)`/g)].map(([, tool]) => tool));
    expect(named).toEqual(new Set([...messageTools('/out'), ...fileTools('/out')].map(({ name }) => name)));
  });
});
