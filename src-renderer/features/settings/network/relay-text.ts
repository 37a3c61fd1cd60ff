import type { RelayStatus } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { ChipProps } from '../../../ui/index.ts';

const TONES: Readonly<Record<RelayStatus['state'], ChipProps['tone']>> = {
  none: 'neutral',
  connecting: 'info',
  online: 'good',
  waiting: 'warning',
  failed: 'bad',
  stopped: 'neutral',
};

/** Names the state of the connection to the relay, with the colour of its chip. */
export function relayState({ state }: RelayStatus): Readonly<{ tone: ChipProps['tone']; word: string }> {
  return { tone: TONES[state], word: text(`settings.relay.state.${state}`) };
}
