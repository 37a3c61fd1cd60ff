import type { NetworkView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { ChipProps } from '../../../ui/index.ts';

/** Parses a port number, 1 to 65535; undefined for any other text. */
export function parsePort(typed: string): number | undefined {
  if (!/^\d{1,5}$/u.test(typed)) return undefined;
  const port = Number(typed);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Describes in a few words whether other machines can connect directly to this one. */
export function listeningWords({ listen, port, listening }: NetworkView): Readonly<{
  tone: ChipProps['tone'];
  words: string;
}> {
  if (listen === 'outbound-only') return { tone: 'neutral', words: text('settings.network.state.off') };
  if (listening === null) return { tone: 'warning', words: text('settings.network.state.none') };
  if (listening === port) return { tone: 'good', words: text('settings.network.state.on', { port: listening }) };
  return { tone: 'good', words: text('settings.network.state.other', { port: listening, wanted: port }) };
}
