import { SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { classes, quoteUntrusted } from '../../ui/index.ts';
import styles from './used-here-mark.module.css';

type MarkProps = Readonly<{ className?: string | undefined }>;

/** Returns the words that say that a peer uses a terminal of this machine; undefined while it doesn't. */
export function useUsedHereWords(peerId: string): string | undefined {
  const name = useApp(({ usedHere, peers }) =>
    usedHere[peerId] === undefined ? undefined : peers.find((peer) => peer.peerId === peerId)?.name,
  );
  return name === undefined ? undefined : text('peers.used-here', { name: quoteUntrusted(name) });
}

/** Mark beside the name of a peer that uses a terminal of this machine. Renders nothing while it doesn't. */
export function UsedHereMark({ peerId, className }: MarkProps & Readonly<{ peerId: string }>): ReactElement | null {
  const words = useUsedHereWords(peerId);
  return words === undefined ? null : <Mark words={words} className={className} />;
}

/** Mark of all peers that use terminals of this machine, where their names aren't shown. Renders nothing while none does. */
export function AnyUsedHereMark({ className }: MarkProps): ReactElement | null {
  const count = useApp(({ usedHere, peers }) => peers.filter(({ peerId }) => usedHere[peerId] !== undefined).length);
  const first = useApp(({ usedHere, peers }) => peers.find(({ peerId }) => usedHere[peerId] !== undefined)?.name);
  if (first === undefined) return null;
  const words =
    count === 1 ? text('peers.used-here', { name: quoteUntrusted(first) }) : text('peers.used-here.several', { count });
  return <Mark words={words} className={className} />;
}

function Mark({ words, className }: MarkProps & Readonly<{ words: string }>): ReactElement {
  return (
    <span role="img" aria-label={words} title={words} className={classes(styles['mark'], className)}>
      <SquareTerminal aria-hidden="true" />
    </span>
  );
}
