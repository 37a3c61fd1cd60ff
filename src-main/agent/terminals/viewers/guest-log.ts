import type { ApprovalFact } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { TerminalError, type GuestReport } from '#shared/terminal/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { Terminal, TerminalDevice } from '../terminal.ts';

/** Links of one terminal, and guests of one link, that are kept track of; a host has no more of either. */
const LIMITS = { links: 16, guests: 16 };

/** Code of the end of a link whose host holds the terminal no more, so that no guest can reach it. */
const LOST = 'share.lost';

type Visit = { readonly name: string; isIn: boolean; hasTyped: boolean; entry: string | undefined };
type Link = {
  readonly id: string;
  readonly role: GuestReport['role'];
  /** Peer that reports it; undefined for a link of this device. */
  readonly reporter: TerminalDevice | undefined;
  isOpened: boolean;
  readonly visits: Map<string, Visit>;
};

export type GuestLogOptions = Readonly<{
  audit?: Pick<AuditLog, 'record'> | undefined;
  history?: (Pick<PeerHistory, 'begin' | 'end'> & Partial<Pick<PeerHistory, 'describe'>>) | undefined;
}>;

/**
 * Log of the guests who reach the terminals of this device by share links. Guests of a peer's link come through that peer, so this device knows of them by
 * the peer's word only, and its records say so. Writes both to the history; to the audit log what peers report, since `ShareLinks` writes the rest. In
 * memory only, with limits; each event of a link or guest counts once.
 */
export class GuestLog {
  readonly #options: GuestLogOptions;
  readonly #links = new Map<string, Map<string, Link>>();

  constructor(options: GuestLogOptions) {
    this.#options = options;
  }

  /**
   * Records an event.
   * @param about title and holder of the terminal; undefined once it has ended
   * @param reporter peer that reports it, which holds the terminal; undefined for a link of this device
   * @throws {TerminalError} `terminal.params`, `terminal.too-many-viewers`
   */
  take(
    terminal: string,
    about: Pick<Terminal, 'listing' | 'owner'> | undefined,
    report: GuestReport,
    reporter: TerminalDevice | undefined,
  ): void {
    const { event } = report;
    const link = this.#link(terminal, report, reporter);
    if (link === undefined) return;
    if (event === 'opened') {
      if (!link.isOpened) this.#record(terminal, link, report);
      link.isOpened = true;
      return;
    }
    if (event === 'ended') {
      this.#end(terminal, link, report.code ?? null);
      this.#record(terminal, link, report);
      return;
    }
    this.#takeGuest(terminal, about, report, link);
  }

  /** Ends the links of a peer that holds the terminal no more. Called when a stream of a holder has ended. */
  lost(terminal: string, holder: PeerId): void {
    for (const link of this.#links.get(terminal)?.values() ?? []) {
      if (link.reporter?.peerId !== holder) continue;
      this.#end(terminal, link, LOST);
      this.#record(terminal, link, { event: 'lost', role: link.role, code: LOST });
    }
  }

  #takeGuest(
    terminal: string,
    about: Pick<Terminal, 'listing' | 'owner'> | undefined,
    report: GuestReport,
    link: Link,
  ): void {
    const { event, guest } = report;
    if (guest === undefined) throw new TerminalError('terminal.params', 'guest: missing');
    const known = link.visits.get(guest.id);
    if (event === 'left' || event === 'declined') {
      link.visits.delete(guest.id);
      if (known === undefined) return;
      this.#endVisit(known, report.code ?? null);
      // One that goes before it was let in has not been here.
      if (event === 'declined' || known.isIn) this.#record(terminal, link, report, known.name);
      return;
    }
    if (known === undefined && link.visits.size >= LIMITS.guests)
      throw new TerminalError('terminal.too-many-viewers', 'too many guests');
    const visit = known ?? { name: cleanName(guest.name) || guest.id, isIn: false, hasTyped: false, entry: undefined };
    link.visits.set(guest.id, visit);
    if (event === 'asked' ? known !== undefined : event === 'let-in' ? visit.isIn : visit.hasTyped) return;
    if (event === 'let-in') visit.isIn = true;
    if (event === 'typed') visit.hasTyped = true;
    this.#record(terminal, link, report, visit.name);
    if (visit.isIn) this.#writeVisit(visit, link, about);
  }

  /** Returns the link of a report; a new one if it isn't known, unless the report is about an end. */
  #link(
    terminal: string,
    { link: id, role, event }: GuestReport,
    reporter: TerminalDevice | undefined,
  ): Link | undefined {
    const key = `${reporter?.peerId ?? ''} ${id}`;
    const links = this.#links.get(terminal) ?? new Map<string, Link>();
    const known = links.get(key);
    if (known !== undefined || event === 'ended' || event === 'left') return known;
    const own = [...links.values()].filter((each) => each.reporter?.peerId === reporter?.peerId);
    if (own.length >= LIMITS.links) throw new TerminalError('terminal.too-many-viewers', 'too many links');
    const link: Link = { id, role, reporter, isOpened: false, visits: new Map() };
    links.set(key, link);
    this.#links.set(terminal, links);
    return link;
  }

  #end(terminal: string, link: Link, code: string | null): void {
    const links = this.#links.get(terminal);
    links?.delete(`${link.reporter?.peerId ?? ''} ${link.id}`);
    if (links?.size === 0) this.#links.delete(terminal);
    for (const visit of link.visits.values()) this.#endVisit(visit, code);
  }

  #endVisit(visit: Visit, code: string | null): void {
    if (visit.entry !== undefined) this.#options.history?.end(visit.entry, code);
    visit.entry = undefined;
  }

  /** Begins the history entry of a visit, or adds to it that the guest has typed. */
  #writeVisit(visit: Visit, { reporter }: Link, about: Pick<Terminal, 'listing' | 'owner'> | undefined): void {
    const { history } = this.#options;
    if (about === undefined || history === undefined) return;
    const { peerId, name: peerName } = about.owner;
    const detail = about.listing.title;
    const facts: ApprovalFact[] = [
      { fact: visit.hasTyped ? 'guest-typed' : 'guest', value: visit.name },
      ...(reporter === undefined ? [] : [{ fact: 'says', value: reporter.name } as const]),
    ];
    if (visit.entry === undefined)
      visit.entry = history.begin({ kind: 'shared', direction: 'in', peerId, peerName, detail, facts });
    else history.describe?.(visit.entry, { detail, facts });
  }

  #record(
    terminal: string,
    { id: link, role, reporter }: Link,
    report: Pick<GuestReport, 'automatic' | 'until' | 'code' | 'role'> &
      Readonly<{ event: GuestReport['event'] | 'lost' }>,
    guest = '',
  ): void {
    if (reporter === undefined) return;
    const { peerId: peer, name } = reporter;
    this.#options.audit?.record('terminal.guest', {
      peer,
      name,
      terminal,
      role,
      event: report.event,
      link,
      guest,
      automatic: report.automatic === true,
      until: report.until ?? null,
      code: report.code ?? '',
    });
  }
}
