import type { ReactElement, ReactNode } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { useCall, useIsPaused } from '../../../store/index.ts';
import { Button, useNow, quoteUntrusted } from '../../../ui/index.ts';
import { nextTryText, linkProblem, linkProblemText } from './link-problem.ts';
import styles from './link-problem-line.module.css';

export type LinkProblemLineProps = Readonly<{
  peer: PeerView;
  /** Shown when the link has no problem. */
  children?: ReactNode;
  /** Short form, for use beside a chip that says "reconnecting" already. */
  short?: boolean;
}>;

/**
 * Shows the problem of a peer's link, with a button that reconnects at once (`peers.reconnect`) and the error of that call. Used by the row of a machine and by the details of
 * its path.
 */
export function LinkProblemLine({ peer, children, short = false }: LinkProblemLineProps): ReactNode {
  const isPaused = useIsPaused();
  if (peer.link === null || peer.link.state === 'up' || (isPaused && short)) return children;
  return (
    <span className={styles['line']}>
      <LinkProblemText peer={peer} short={short} />
      {peer.link.state === 'reconnecting' && !isPaused && <ReconnectNow peer={peer} />}
    </span>
  );
}

/**
 * Shows the problem of a peer's link with its seconds; nothing without one. Screen readers don't read the seconds each time they change. Also used
 * above a terminal.
 */
export function LinkProblemText({
  peer,
  short = false,
}: Readonly<{ peer: PeerView; short?: boolean }>): ReactElement | null {
  const now = useNow(500);
  const isPaused = useIsPaused();
  const problem = linkProblem(peer, now);
  if (problem === undefined) return null;
  if (isPaused) return <span>{text('peers.link.paused')}</span>;
  const words = (short ? nextTryText(problem) : undefined) ?? linkProblemText(problem);
  return <span aria-live="off">{words}</span>;
}

function ReconnectNow({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const reconnect = useCall('peers.reconnect');
  return (
    <>
      <Button
        size="small"
        busy={reconnect.busy}
        aria-label={text('peers.link.now.to', { name: quoteUntrusted(peer.name) })}
        onClick={() => void reconnect.run({ peer: peer.peerId })}
      >
        {text('peers.link.now')}
      </Button>
      {reconnect.error !== undefined && <span role="status">{explain(reconnect.error).what}</span>}
    </>
  );
}
