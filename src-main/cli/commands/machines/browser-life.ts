import { InvalidArgumentError, Option } from 'commander';
import {
  BROWSER_LIVES,
  BROWSER_OFFERS,
  type BrowserLife,
  type BrowserOffer,
  type BrowserView,
} from '#shared/app-api/index.ts';
import { formatEnd } from '../../output/index.ts';

const LIFE_WORDS: Readonly<Record<BrowserLife, string>> = {
  tab: 'until its tab closes',
  '12h': 'for 12 hours',
  '30d': 'for 30 days',
};

/** Returns what a browser may do here once its words are confirmed. Pure. */
export function describeOffer(life: BrowserOffer): string {
  if (life === 'none') return 'If they match, it is added and may do nothing here without asking.';
  return `If they match, it may open terminals here ${LIFE_WORDS[life]} without asking, and asks for all else. For another time, or none, answer no and use --for (tab, 12h, 30d or none).`;
}

/** Creates the option `--for` with the lifetime of a browser. */
export function browserLifeOption(): Option {
  const option = new Option(
    '--for <time>',
    'if it is a browser: how long it may open terminals here: tab (until its tab closes), 12h or 30d (default: 12h)',
  );
  option.argChoices = [...BROWSER_LIVES];
  return option.argParser(parseBrowserLife);
}

/** Creates the option `--for` with what a browser gets that is added. */
export function browserOfferOption(): Option {
  const option = new Option(
    '--for <time>',
    'if it is a browser: how long it may open terminals here: tab (until its tab closes), 12h, 30d, or none: it asks each time (default: 12h)',
  );
  option.argChoices = [...BROWSER_OFFERS];
  return option.argParser(parseBrowserOffer);
}

/** Parses what a browser gets. Pure. @throws {InvalidArgumentError} */
function parseBrowserOffer(typed: string): BrowserOffer {
  const offer = BROWSER_OFFERS.find((known) => known === typed.trim());
  if (offer === undefined) throw new InvalidArgumentError('Expected tab, 12h, 30d or none.');
  return offer;
}

/** Parses a lifetime of browsers. Pure. @throws {InvalidArgumentError} */
function parseBrowserLife(typed: string): BrowserLife {
  const life = BROWSER_LIVES.find((known) => known === typed.trim());
  if (life === undefined) throw new InvalidArgumentError('Expected tab, 12h or 30d.');
  return life;
}

/** Formats the mark of a browser with its end, such as `browser until 21:30`. Pure. */
export function browserText({ life, endsAt, answers }: BrowserView, now: number): string {
  const end = formatEnd(endsAt, now);
  const until = life === 'tab' ? `browser until its tab closes, at the latest ${end}` : `browser until ${end}`;
  return answers === true ? `${until}; answers requests of this machine` : until;
}
