import type { Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { SocketRoute } from '../http/index.ts';
import type { Hub } from '../hub/index.ts';
import type { Callers } from './caller.ts';
import { claimRoutes } from './claims/claim-routes.ts';
import type { PlatformContext } from './context.ts';
import { deviceRoutes } from './devices/device-routes.ts';
import { announceHub } from './events/announce-hub.ts';
import { EVENT_LIMITS, EventSockets, type EventLimits } from './events/event-sockets.ts';
import { historyRoutes } from './history/history-routes.ts';
import { Invitations } from './invitations/invitations.ts';
import { invitationRoutes } from './invitations/invitation-routes.ts';
import { peopleRoutes } from './people/people-routes.ts';
import { projectRoutes } from './projects/project-routes.ts';
import { relayRoutes } from './relay-routes.ts';
import type { RouteHandlers, ServeOptions } from './serve-routes.ts';
import { deleteExpired } from './sweep.ts';
import { PlatformTasks, type AuditRecorder, type Change } from './tasks.ts';

/** Interval at which what has expired is deleted, ms. */
const SWEEP_INTERVAL = 3_600_000;

/** Parts of the relay that the platform is made of. */
export type CreatePlatformOptions = Omit<PlatformContext, 'tasks' | 'hub'> &
  Readonly<{
    hub: PlatformContext['hub'] & Pick<Hub, 'observe'>;
    callers: Callers;
    /** Writes the audit log. */
    record: AuditRecorder;
    /** Ends the connections of foreign instances that were removed or got a new key. Called once a change is committed. */
    recheckInstances(): Promise<void>;
    eventLimits?: EventLimits;
  }>;

/** Names of the routes that the platform itself serves. */
export type PlatformRouteName = keyof ReturnType<typeof platformRoutes>;

/** Projects, people, devices, invitations, claims, history and live changes. */
export type PlatformServices = Readonly<{
  context: PlatformContext;
  invitations: Invitations;
  handlers: RouteHandlers<PlatformRouteName>;
  /** WebSocket of live changes. */
  events: SocketRoute;
  serving: ServeOptions;
  /** Reports changes that another feature has stored. */
  report(changes: readonly Change[]): void;
  /** Closes the connections of an account's sessions that have ended. */
  sessionsEnded(account: string): void;
  close(): Promise<void>;
}>;

/** Creates the services of the platform, and connects them to the hub. Called by `startPlatform`. Reads and writes the database. */
export function createPlatform(options: CreatePlatformOptions): PlatformServices {
  const { store, clock, logger, callers, hub, record, plain } = options;
  const events = new EventSockets({ store, clock, logger }, callers, options.eventLimits ?? EVENT_LIMITS);
  const report = (changes: readonly Change[]): void => {
    for (const change of changes) if (change.kind === 'removal') hub.memberRemoved(change.removal);
    if (changes.some(({ kind }) => kind === 'access')) {
      void plain?.recheck();
      void options.recheckInstances();
    }
    events.announce(changes);
  };
  const tasks = new PlatformTasks({ store, clock, record, listener: report });
  const context: PlatformContext = { ...options, tasks };
  const invitations = new Invitations(context);
  const announcer = announceHub(context, events);
  hub.observe(announcer);

  let timer: Timer;
  const schedule = (): Timer =>
    clock.setTimer(SWEEP_INTERVAL, () => {
      timer = schedule();
      deleteExpired(tasks).catch((error: unknown) => {
        logger.error('expired invitations not deleted', { message: errorMessage(error) });
      });
    });
  timer = schedule();

  return {
    context,
    invitations,
    handlers: platformRoutes(context, invitations),
    events: events.route,
    serving: { clock, store, callers },
    report,
    sessionsEnded(account) {
      void events.check(account);
      void plain?.recheck();
    },
    async close() {
      timer.cancel();
      await announcer.close();
      await events.close();
    },
  };
}

function platformRoutes(context: PlatformContext, invitations: Invitations) {
  return {
    ...relayRoutes(context),
    ...projectRoutes(context),
    ...peopleRoutes(context),
    ...invitationRoutes(context, invitations),
    ...deviceRoutes(context),
    ...claimRoutes(context),
    ...historyRoutes(context),
  };
}
