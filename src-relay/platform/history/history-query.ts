import type { Kysely } from 'kysely';
import { createHash } from 'node:crypto';
import {
  fromUuid,
  PLATFORM_LIMITS,
  toUuid,
  type PlatformHistoryEntry,
  type RouteQuery,
} from '#shared/platform/index.ts';
import { listProjectSessions, type Database } from '../../store/index.ts';
import type { PlatformContext } from '../context.ts';
import { isPlainDeviceId, visibleTo } from '../project-access.ts';
import { findEvents, type FoundEvent } from './find-events.ts';
import {
  entryId,
  firstNumber,
  formatPosition,
  isAfter,
  numberId,
  parsePosition,
  type HistoryPosition,
  type HistoryRank,
} from './history-position.ts';

/** Part of the history that someone asks for, in a project that is visible to the account. */
export type HistoryQuery = Readonly<{ account: string; project: string; query: RouteQuery<'history.list'> }>;

/** Page of the history, and the position of the next one. */
export type HistoryPage = Readonly<{ entries: readonly PlatformHistoryEntry[]; next: string | null }>;

/** Entry before the names of devices and accounts are filled in. */
export type FoundEntry = Readonly<{
  rank: HistoryRank;
  id: string;
  startedAt: number;
  endedAt: number | null;
  /** Peer ID of the initiator, or once it's known who used whom, of the device that used the other; undefined for a plain session. */
  from: string | undefined;
  /** Account that started a plain session. */
  account: string | null;
  /** Peer ID of the responder, or of the used or removed device, or ID of the plain device; undefined for other events. */
  device: string | undefined;
  event: FoundEvent | undefined;
  bytes: Readonly<{ toDevice: number; fromDevice: number }> | null;
  reason: string | null;
}>;

const DEFAULT_PAGE = 100;
/** Characters of a peer ID. */
const PEER_ID_LENGTH = 56;
/** Kinds of entries by rank. */
const KINDS = ['link', 'link', 'plain-session', 'event'] as const;

/**
 * Lists the history of a project: links between its devices through this relay, terminal sessions of its plain devices, and events. Reads the database, and the
 * active links from the hub.
 */
export async function listHistory(
  database: Kysely<Database>,
  request: HistoryQuery,
  { hub }: Pick<PlatformContext, 'hub'>,
): Promise<HistoryPage> {
  const { query } = request;
  const limit = query.limit ?? DEFAULT_PAGE;
  const before = query.before === undefined ? undefined : parsePosition(query.before);
  const found = [
    ...(await findActiveLinks(database, request, hub, before)),
    ...(await findEndedLinks(database, request, before, limit + 1)),
    ...(await findPlainSessions(database, request, before, limit + 1)),
    ...(await findEvents(database, request, before, limit + 1)),
  ].toSorted((left, right) => (isAfter(left, { ...right, entry: right }) ? 1 : -1));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    entries: await describe(database, request, page),
    next:
      found.length <= limit || last === undefined ? null : formatPosition(last.startedAt, entryId(last.rank, last.id)),
  };
}

async function findActiveLinks(
  database: Kysely<Database>,
  request: HistoryQuery,
  hub: Pick<PlatformContext['hub'], 'liveLinks'>,
  before: HistoryPosition | undefined,
): Promise<FoundEntry[]> {
  const { device, status, kind } = request.query;
  if (status === 'ended' || (kind ?? 'link') !== 'link') return [];
  if (device !== undefined && isPlainDeviceId(device)) return [];
  const members = await findMembers(database, request);
  const users = await findUsers(database, request);
  const links = hub
    .liveLinks()
    .filter(
      ({ from, to, startedAt }) =>
        // As for ended links: what two devices began before one of them joined belongs to another project.
        (members.get(from) ?? Infinity) <= startedAt && (members.get(to) ?? Infinity) <= startedAt,
    )
    .filter(({ from, to }) => device === undefined || from === device || to === device);
  const ofPeople = await findDevicesOfPeople(database, request.project, links);
  return links
    .filter((link) => users === undefined || users.includes(sidesOf(link, ofPeople).user))
    .map(({ connection, from, to, startedAt, bytesForward, bytesBack }): FoundEntry => ({
      rank: 0,
      id: shortHash(`${from} ${connection}`),
      startedAt,
      endedAt: null,
      from,
      account: null,
      device: to,
      event: undefined,
      bytes: { toDevice: bytesForward, fromDevice: bytesBack },
      reason: null,
    }))
    .filter((entry) => before === undefined || isAfter(entry, before));
}

async function findEndedLinks(
  database: Kysely<Database>,
  request: HistoryQuery,
  before: HistoryPosition | undefined,
  limit: number,
): Promise<FoundEntry[]> {
  const { project, query } = request;
  const { device, status, kind } = query;
  if (status === 'active' || (kind ?? 'link') !== 'link') return [];
  if (device !== undefined && isPlainDeviceId(device)) return [];
  const rows = await listProjectSessions(database, {
    project,
    peers: device === undefined ? undefined : [device],
    users: await findUsers(database, request),
    before: before === undefined ? undefined : { startedAt: before.startedAt, id: firstNumber(before, 1) },
    limit,
  });
  return rows.map((row): FoundEntry => ({
    rank: 1,
    id: numberId(row.id),
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    from: row.from,
    account: null,
    device: row.to,
    event: undefined,
    bytes: { toDevice: row.bytesForward, fromDevice: row.bytesBack },
    reason: row.reason,
  }));
}

async function findPlainSessions(
  database: Kysely<Database>,
  { account, project, query }: HistoryQuery,
  before: HistoryPosition | undefined,
  limit: number,
): Promise<FoundEntry[]> {
  const { device, status, kind, who } = query;
  if ((kind ?? 'plain-session') !== 'plain-session') return [];
  if (device !== undefined && !isPlainDeviceId(device)) return [];
  if (who !== undefined && !isPlainDeviceId(who)) return [];
  let rows = visibleTo(database, account)
    .where('projects.id', '=', project)
    .innerJoin('plain_devices', 'plain_devices.project', 'projects.id')
    .innerJoin('plain_sessions', 'plain_sessions.device', 'plain_devices.id')
    .selectAll('plain_sessions')
    .orderBy('plain_sessions.started_at', 'desc')
    .orderBy('plain_sessions.id', 'desc')
    .limit(limit);
  if (device !== undefined) rows = rows.where('plain_devices.id', '=', fromUuid(device));
  if (who !== undefined) rows = rows.where('plain_sessions.account', '=', fromUuid(who));
  if (status !== undefined) rows = rows.where('plain_sessions.status', '=', status);
  if (before !== undefined) {
    const { startedAt, entry } = before;
    // At the time of the position: all plain sessions after a link, those with a lower ID after one of them.
    const below = entry === undefined ? '' : entry.rank === 2 ? entry.id : 'g';
    rows = rows.where((session) =>
      session.or([
        session('plain_sessions.started_at', '<', startedAt),
        session.and([session('plain_sessions.started_at', '=', startedAt), session('plain_sessions.id', '<', below)]),
      ]),
    );
  }
  return (await rows.execute()).map((row): FoundEntry => ({
    rank: 2,
    id: row.id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    from: undefined,
    account: row.account,
    device: row.device,
    event: undefined,
    bytes: { toDevice: row.bytes_forward, fromDevice: row.bytes_back },
    reason: row.reason,
  }));
}

/** Devices of a link: the one that was used, and the one that used it. */
type Sides = Readonly<{ user: string; used: string; isTurned: boolean }>;

/**
 * Returns who used whom in a link: the initiator the responder, unless only the responder is the device of a person. Machines connect to a person's browser
 * on their own. Pure, and the same as `listProjectSessions` does for ended links.
 */
function sidesOf({ from, to }: Readonly<{ from: string; to: string }>, ofPeople: ReadonlySet<string>): Sides {
  const isTurned = ofPeople.has(to) && !ofPeople.has(from);
  return isTurned ? { user: to, used: from, isTurned } : { user: from, used: to, isTurned };
}

/** Returns those of the links' devices that a person's account admitted to the project. */
async function findDevicesOfPeople(
  database: Kysely<Database>,
  project: string,
  links: readonly Readonly<{ from: string; to: string }>[],
): Promise<ReadonlySet<string>> {
  if (links.length === 0) return new Set();
  const rows = await database
    .selectFrom('members')
    .select('peer_id')
    .where('project_id', '=', project)
    .where('account', 'is not', null)
    .where('peer_id', 'in', [...new Set(links.flatMap(({ from, to }) => [from, to]))])
    .execute();
  return new Set(rows.map((row) => row.peer_id));
}

/** Returns the devices that count as user in a link; undefined for all. */
async function findUsers(
  database: Kysely<Database>,
  { project, query: { who } }: HistoryQuery,
): Promise<readonly string[] | undefined> {
  if (who === undefined) return undefined;
  if (!isPlainDeviceId(who)) return [who];
  const rows = await database
    .selectFrom('members')
    .select('peer_id')
    .where('project_id', '=', project)
    .where('account', '=', fromUuid(who))
    .execute();
  return rows.map((row) => row.peer_id);
}

/** Returns the current sealed devices of a project, and since when they are in it. */
async function findMembers(
  database: Kysely<Database>,
  { account, project }: HistoryQuery,
): Promise<ReadonlyMap<string, number>> {
  const rows = await visibleTo(database, account)
    .where('projects.id', '=', project)
    .innerJoin('members', 'members.project_id', 'projects.id')
    .select(['members.peer_id', 'members.added_at'])
    .where('members.removed_at', 'is', null)
    .limit(PLATFORM_LIMITS.sealedDevices)
    .execute();
  return new Map(rows.map((row) => [row.peer_id, row.added_at]));
}

/** Fills in the names of accounts and devices. */
async function describe(
  database: Kysely<Database>,
  { project }: HistoryQuery,
  found: readonly FoundEntry[],
): Promise<PlatformHistoryEntry[]> {
  const devices = [...new Set(found.flatMap(({ from, device }) => [from ?? [], device ?? []].flat()))];
  const peers = devices.filter((device) => isPeer(device));
  const members =
    peers.length === 0
      ? []
      : await database
          .selectFrom('members')
          .leftJoin('device_labels', (join) =>
            join
              .onRef('device_labels.project', '=', 'members.project_id')
              .onRef('device_labels.peer_id', '=', 'members.peer_id'),
          )
          .select(['members.peer_id', 'members.account', 'device_labels.label'])
          .where('members.project_id', '=', project)
          .where('members.peer_id', 'in', peers)
          .execute();
  const byPeer = new Map(members.map((row) => [row.peer_id, row]));
  const ofPeople = new Set(members.flatMap((row) => (row.account === null ? [] : [row.peer_id])));
  const shown = found.map((entry) => turned(entry, ofPeople));
  const accountOf = ({ from, account }: FoundEntry): string | null =>
    from === undefined ? account : (byPeer.get(from)?.account ?? null);
  const ids = [...new Set(shown.flatMap((entry) => [accountOf(entry) ?? [], entry.event?.person ?? []].flat()))];
  const accounts =
    ids.length === 0
      ? []
      : await database.selectFrom('accounts').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const plainIds = devices.filter((device) => !isPeer(device)).map((device) => plainId(device));
  const plain =
    plainIds.length === 0
      ? []
      : await database.selectFrom('plain_devices').select(['id', 'name']).where('id', 'in', plainIds).execute();
  const labels = new Map(plain.map(({ id, name }) => [id, name]));
  const deviceView = (device: string): NonNullable<PlatformHistoryEntry['device']> =>
    isPeer(device)
      ? { id: device, label: byPeer.get(device)?.label ?? null }
      : { id: toUuid(plainId(device)), label: labels.get(plainId(device)) ?? null };
  return shown.map((entry): PlatformHistoryEntry => {
    const account = accountOf(entry);
    const { event } = entry;
    return {
      id: entryId(entry.rank, entry.id),
      kind: KINDS[entry.rank],
      who: {
        account: account === null ? null : toUuid(account),
        name: account === null ? null : (names.get(account) ?? null),
        device: entry.from ?? null,
        label: entry.from === undefined ? null : (byPeer.get(entry.from)?.label ?? null),
      },
      device: entry.device === undefined ? null : deviceView(entry.device),
      event: event?.name ?? null,
      subject: event === undefined ? null : subjectOf(event, names),
      status: entry.endedAt === null ? 'active' : 'ended',
      startedAt: entry.startedAt,
      endedAt: entry.endedAt,
      bytes: entry.bytes,
      reason: entry.reason,
    };
  });
}

/** Reports whether an ID is a peer ID, and not that of a plain device: 32 hexadecimal digits or their UUID. Pure. */
function isPeer(device: string): boolean {
  return device.length === PEER_ID_LENGTH;
}

/** Returns the ID of a plain device as the database has it, from that or from a UUID. Pure. */
function plainId(device: string): string {
  return device.replaceAll('-', '');
}

function subjectOf(
  { person, invited }: FoundEvent,
  names: ReadonlyMap<string, string>,
): PlatformHistoryEntry['subject'] {
  if (person !== undefined) return { account: toUuid(person), name: names.get(person) ?? null };
  return invited === undefined ? null : { account: null, name: invited };
}

/** Returns an entry from the side of the device that used the other one. */
function turned(entry: FoundEntry, ofPeople: ReadonlySet<string>): FoundEntry {
  const { from, device, bytes } = entry;
  if (from === undefined || device === undefined) return entry;
  const { user, used, isTurned } = sidesOf({ from, to: device }, ofPeople);
  if (!isTurned) return entry;
  return {
    ...entry,
    from: user,
    device: used,
    bytes: bytes && { toDevice: bytes.fromDevice, fromDevice: bytes.toDevice },
  };
}

/** Returns 32 hexadecimal digits for a link, whose ID is unique for its initiator only. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
