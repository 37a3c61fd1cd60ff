import type { ForwardProbe } from '#shared/app-api/index.ts';

/** Name of an upstream of an automatic proxy: `link` or `ssh`. */
export type ForwardUpstream = ForwardProbe['way'];

/** Result of probing an upstream; `works` is null before the first probe. */
export type UpstreamHealth = Pick<ForwardProbe, 'works' | 'rtt'>;

/**
 * Thresholds for a slow link, compared with SSH: slower by factor `times` and by `more` ms to be given up (`SLOWER`) or quick enough again (`QUICK`);
 * `ROUNDS` slow rounds in a row are needed.
 */
const SLOWER = { times: 3, more: 150 };
const QUICK = { times: 2, more: 75 };
const ROUNDS = 2;

/**
 * Selects the upstream for new connections of an automatic proxy; `Prober` feeds it with results. Pure state machine. Prefers the link if both work:
 * over the link the person at the peer is asked, sessions resume, and data is encrypted end to end. Prefers SSH if the link is markedly slower twice
 * in a row, so that one late answer changes nothing.
 */
export class UpstreamSelector {
  #selected: ForwardUpstream | null = null;
  #slowRounds = 0;

  /** Selected upstream; null if none works. */
  get selected(): ForwardUpstream | null {
    return this.#selected;
  }

  /** True if the link works but SSH is used because the link is slower. */
  get isLinkSlow(): boolean {
    return this.#selected === 'ssh' && this.#slowRounds >= ROUNDS;
  }

  /**
   * Selects again after a round of probes.
   * @param ssh undefined if there is no SSH server
   * @returns true if the selection has changed
   */
  decide(link: UpstreamHealth, ssh: UpstreamHealth | undefined): boolean {
    const before = this.#selected;
    this.#slowRounds = this.#isSlow(link, ssh) ? this.#slowRounds + 1 : 0;
    if (link.works === true && ssh?.works === true) this.#selected = this.#slowRounds >= ROUNDS ? 'ssh' : 'link';
    else if (link.works === true) this.#selected = 'link';
    else this.#selected = ssh?.works === true ? 'ssh' : null;
    return this.#selected !== before;
  }

  #isSlow(link: UpstreamHealth, ssh: UpstreamHealth | undefined): boolean {
    if (link.works !== true || ssh?.works !== true || link.rtt === null || ssh.rtt === null) return false;
    const { times, more } = this.isLinkSlow ? QUICK : SLOWER;
    return link.rtt > ssh.rtt * times + more;
  }
}
