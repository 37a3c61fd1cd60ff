import type { ForwardProbe } from '#shared/app-api/index.ts';

export type ForwardUpstream = ForwardProbe['way'];

/** Result of probing an upstream; `works` is null before the first probe. */
export type UpstreamHealth = Pick<ForwardProbe, 'works' | 'rtt'>;

/** The link is markedly slower, so often in a row, before it is given up for that; and quick enough again. ms */
const SLOWER = { times: 3, more: 150 };
const QUICK = { times: 2, more: 75 };
const ROUNDS = 2;

/**
 * Selects the upstream for new connections. Prefers the link over SSH if both work: it asks the person at the other side, resumes, and encrypts end
 * to end. Prefers SSH if the link is markedly slower twice in a row, so that one late answer changes nothing.
 */
export class UpstreamSelector {
  #way: ForwardUpstream | null = null;
  #slowRounds = 0;

  get way(): ForwardUpstream | null {
    return this.#way;
  }

  /** The link works, and is not used because it is the slower one. */
  get isLinkSlow(): boolean {
    return this.#way === 'ssh' && this.#slowRounds >= ROUNDS;
  }

  /** After each round of probes. @param ssh undefined where there is no server @returns whether another way is taken from now on */
  decide(link: UpstreamHealth, ssh: UpstreamHealth | undefined): boolean {
    const before = this.#way;
    this.#slowRounds = this.#isSlow(link, ssh) ? this.#slowRounds + 1 : 0;
    if (link.works === true && ssh?.works === true) this.#way = this.#slowRounds >= ROUNDS ? 'ssh' : 'link';
    else if (link.works === true) this.#way = 'link';
    else this.#way = ssh?.works === true ? 'ssh' : null;
    return this.#way !== before;
  }

  #isSlow(link: UpstreamHealth, ssh: UpstreamHealth | undefined): boolean {
    if (link.works !== true || ssh?.works !== true || link.rtt === null || ssh.rtt === null) return false;
    const { times, more } = this.isLinkSlow ? QUICK : SLOWER;
    return link.rtt > ssh.rtt * times + more;
  }
}
