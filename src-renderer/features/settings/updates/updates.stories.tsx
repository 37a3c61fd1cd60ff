import { ClawReachError } from '#shared/errors.ts';
import type { InstalledCommand, UpdatesView } from '#shared/app-api/index.ts';
import { EXAMPLE_FACTS, EXAMPLE_RELEASE, EXAMPLE_STATUS, EXAMPLE_UPDATES } from '../../../stories/examples/index.ts';
import type { Story } from '../../../stories/index.ts';
import { CommandSection } from '../general/command-section.tsx';
import { InstallUpdateDialog } from './install-update-dialog.tsx';
import styles from '../settings.module.css';
import { UpdatesSection } from './updates-section.tsx';

const failed = (problem: string, details: Record<string, string> = {}): UpdatesView['state'] => ({
  name: 'failed',
  release: null,
  during: 'check',
  problem,
  details,
});

function updates(name: string, part: Partial<UpdatesView>): Story {
  return {
    name: `settings/updates ${name}`,
    render: () => (
      <div className={styles['page']}>
        <UpdatesSection facts={EXAMPLE_FACTS} />
      </div>
    ),
    state: { updates: { ...EXAMPLE_UPDATES, ...part } },
  };
}

function command(name: string, part: Partial<InstalledCommand>): Story {
  return {
    name: `settings/command ${name}`,
    render: () => (
      <div className={styles['page']}>
        <CommandSection facts={EXAMPLE_FACTS} />
      </div>
    ),
    answers: {
      'shell.command.get': async () => ({
        state: 'missing',
        path: '/home/mira/.local/bin/clawreach',
        by: 'copy',
        missingInPath: null,
        ...part,
      }),
    },
  };
}

const available: UpdatesView['state'] = { name: 'available', release: EXAMPLE_RELEASE };
const downloading: UpdatesView['state'] = {
  name: 'downloading',
  release: EXAMPLE_RELEASE,
  received: 61_700_000,
  total: 148_300_000,
};

/** Stories of all states of updates and the command. */
export const SETTINGS_UPDATES_STORIES: readonly Story[] = [
  updates('newest', {}),
  updates('never looked', { checkedAt: null }),
  updates('looking', { state: { name: 'checking' } }),
  updates('available', { state: available }),
  updates('downloading', { state: downloading }),
  updates('ready', { state: { name: 'ready', release: EXAMPLE_RELEASE } }),
  updates('by package', { way: 'deb', state: { name: 'available', release: { ...EXAMPLE_RELEASE, size: null } } }),
  updates('from sources', { way: 'source', available: false, checkedAt: null }),
  updates('on a disk image', { way: 'move' }),
  updates('unreachable', { state: failed('update.unreachable', { reason: 'no answer in time' }) }),
  updates('forged', { state: failed('update.wrong-signature') }),
  updates('broken download', {
    state: { ...failed('update.checksum'), during: 'download', release: EXAMPLE_RELEASE } as UpdatesView['state'],
  }),
  {
    name: 'settings/updates install',
    render: () => <InstallUpdateDialog release={EXAMPLE_RELEASE} onClose={() => undefined} />,
    state: { facts: EXAMPLE_FACTS, status: { ...EXAMPLE_STATUS, terminals: { serving: 2, using: 1 } } },
  },
  command('missing', {}),
  command('installed', { state: 'installed', missingInPath: '/home/mira/.local/bin' }),
  command('of a package', { state: 'installed', path: '/usr/bin/clawreach', by: 'package' }),
  {
    ...command('unknown', {}),
    answers: { 'shell.command.get': () => Promise.reject(new ClawReachError('app.internal', 'failed')) },
  },
  command('another', { state: 'other', path: '/usr/local/bin/clawreach' }),
];
