import { errorMessage } from '#shared/errors.ts';
import type { HubObserver } from '../../hub/index.ts';
import type { PlatformContext } from '../context.ts';
import type { Change } from '../tasks.ts';
import type { EventSockets } from './event-sockets.ts';

type Link = Parameters<HubObserver['linksChanged']>[0][number];

/** Links in one query. SQLite allows 32 766 parameters. */
const CHUNK = 500;
/** Links that wait for the database; of further ones no one hears, as if the page had been reloaded before. */
const MOST_WAITING = 20_000;

/**
 * Announces what the hub reports: devices that enter, leave, come online or go offline, and links that begin or end. Reads the database to learn in which
 * projects both devices of a link are.
 */
export function announceHub(
  { store, logger }: Pick<PlatformContext, 'store' | 'logger'>,
  events: Pick<EventSockets, 'announce' | 'size'>,
): HubObserver & Readonly<{ close(): Promise<void> }> {
  const waiting: Link[] = [];
  let running: Promise<void> | undefined;

  const announceLinks = async (): Promise<void> => {
    while (waiting.length > 0) {
      const links = waiting.splice(0, CHUNK);
      const peers = [...new Set(links.flatMap(({ from, to }) => [from, to]))];
      const rows = await store.read((database) =>
        database
          .selectFrom('members')
          .select(['project_id', 'peer_id'])
          .where('peer_id', 'in', peers)
          .where('removed_at', 'is', null)
          .execute(),
      );
      const projectsOf = Map.groupBy(rows, ({ peer_id: peer }) => peer);
      const shared = links.flatMap(({ from, to }) => {
        const others = new Set(projectsOf.get(to)?.map((row) => row.project_id));
        return projectsOf.get(from)?.flatMap(({ project_id: id }) => (others.has(id) ? [id] : [])) ?? [];
      });
      events.announce([...new Set(shared)].map((id): Change => projectChange(id, 'history', [])));
    }
  };

  const run = (): void => {
    running ??= announceLinks()
      .catch((error: unknown) => logger.error('links not announced', { message: errorMessage(error) }))
      .finally(() => {
        running = undefined;
        // Those that came after the last look.
        if (waiting.length > 0) run();
      });
  };

  return {
    devicesChanged(projects, peer) {
      events.announce(projects.map((project) => projectChange(project, 'devices', [peer])));
    },
    linksChanged(links) {
      if (events.size === 0 || waiting.length >= MOST_WAITING) return;
      waiting.push(...links);
      run();
    },
    async close() {
      waiting.length = 0;
      await running;
    },
  };
}

function projectChange(project: string, topic: 'devices' | 'history', ids: readonly string[]): Change {
  return { kind: 'project', project, topic, ids };
}
