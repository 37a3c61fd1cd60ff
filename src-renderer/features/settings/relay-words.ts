import type { RelayStatus } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { explain, text } from '../../i18n/index.ts';
import type { ChipProps } from '../../ui/index.ts';

const TONES: Readonly<Record<RelayStatus['state'], ChipProps['tone']>> = {
  none: 'neutral',
  connecting: 'info',
  online: 'good',
  waiting: 'warning',
  failed: 'bad',
  stopped: 'neutral',
};

/** The state of the relay connection in a word, and how it looks. */
export function relayState({ state }: RelayStatus): Readonly<{ tone: ChipProps['tone']; word: string }> {
  return { tone: TONES[state], word: text(`settings.relay.state.${state}`) };
}

/** What a code says without the details of the error, which a status does not have: sentences that would need them are left out. */
export function explainCode(code: string): Readonly<{ what: string; why: string; next: string }> {
  const { what, why, next } = explain(new ClawReachError(code, code));
  return { what: complete(what), why: complete(why), next: complete(next) };
}

function complete(words: string): string {
  return words
    .split(/(?<=[.!?]) /)
    .filter((sentence) => !/\{\{?\w+\}/.test(sentence))
    .join(' ');
}
