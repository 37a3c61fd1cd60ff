import { joinSentences, text } from '../../locale/index.ts';

/** Says why machines don't find each other without a private network, and how they pair. @param isRelayed true if this machine has a relay */
export function noNetworkText(isRelayed: boolean): string {
  return joinSentences(
    text('discovery.no-network'),
    text(isRelayed ? 'discovery.no-network.relay' : 'discovery.no-network.address'),
  );
}
