import { useCallback, useState, type ReactElement } from 'react';
import type { PeerView, ServedTerminalView } from '#shared/app-api/index.ts';
import { joinSentences, text } from '../../../locale/index.ts';
import { noteUsedHere, useApi, useApp, useCall, usePolling } from '../../../store/index.ts';
import {
  Button,
  ConfirmDialog,
  UntrustedText,
  formatAgo,
  formatMoment,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import styles from './running-here.module.css';

/** Time between two requests for what runs here, ms. */
const INTERVAL = 3000;

export type RunningHereProps = Readonly<{
  peer: PeerView;
  /** True where it is a section with a heading of its own, else it is a line below a right. */
  isSection?: boolean | undefined;
}>;

/**
 * Terminals and commands that a peer runs on this machine now (`terminal.served`), with a button that ends each (`terminal.stop`) after a
 * confirmation. Renders nothing while none runs.
 */
export function RunningHere({ peer, isSection = false }: RunningHereProps): ReactElement | null {
  const api = useApi();
  const now = useNow();
  const { peerId } = peer;
  const [running, setRunning] = useState<readonly ServedTerminalView[]>([]);
  const [ending, setEnding] = useState<ServedTerminalView>();
  const isUsed = useApp(({ usedHere }) => usedHere[peerId] !== undefined);
  const stop = useCall('terminal.stop');
  const ask = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      const served = await api.call(
        'terminal.served',
        { commands: true, programs: true },
        signal === undefined ? {} : { signal },
      );
      if (signal?.aborted === true) return;
      noteUsedHere(served);
      setRunning(served.filter((each) => each.peerId === peerId));
    },
    [api, peerId],
  );
  usePolling(ask, INTERVAL);
  const end = async (terminal: string): Promise<void> => {
    if ((await stop.run({ terminal })) === undefined) return;
    setEnding(undefined);
    await ask().catch(() => undefined);
  };
  if (running.length === 0 && ending === undefined) return null;
  const heading = isSection
    ? text(isUsed ? 'peers.used-here' : 'machines.open.here', { name: quoteUntrusted(peer.name) })
    : undefined;
  return (
    <div className={styles['running']} role="group" aria-label={heading ?? text('access.running')}>
      {heading === undefined ? (
        <p className={styles['about']}>{text('access.running')}</p>
      ) : (
        <h2 className={styles['heading']}>{heading}</h2>
      )}
      <ul className={styles['list']}>
        {running.map((one) => (
          <One key={one.terminal} served={one} now={now} onEnd={() => setEnding(one)} />
        ))}
      </ul>
      {ending !== undefined && (
        <ConfirmDialog
          size="small"
          title={text('access.running.end.title', { title: quoteUntrusted(titleOf(ending)) })}
          keep={text('ui.cancel')}
          apply={text('access.running.end')}
          hasKeys
          call={stop}
          onClose={() => setEnding(undefined)}
          onApply={() => void end(ending.terminal)}
        >
          <p>{endText(peer)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

/** Says what ends with a terminal, and what the peer's permission to open terminals means for the next one. */
function endText({ name, rights }: PeerView): string {
  const ends = text('access.running.end.text', { name: quoteUntrusted(name) });
  const { decision } = rights.terminal;
  return decision === 'deny' ? ends : joinSentences(ends, text(`access.running.end.text.${decision}`));
}

/** Terminal or command with the time of its start, and a button that asks whether to end it. */
function One({
  served,
  now,
  onEnd,
}: Readonly<{ served: ServedTerminalView; now: number; onEnd(): void }>): ReactElement {
  const { startedAt, attached, noTerminal, endsAt } = served;
  const time = formatAgo(startedAt, now);
  const state = noTerminal === true ? 'command' : attached ? 'open' : 'left';
  return (
    <li className={styles['one']}>
      <span className={styles['words']}>
        <UntrustedText>{titleOf(served)}</UntrustedText>{' '}
        <span className={styles['facts']}>
          {endsAt === undefined
            ? text(`access.running.${state}`, { time })
            : text('access.running.left.until', { time, until: formatMoment(endsAt, now) })}
        </span>
      </span>
      <Button
        size="small"
        aria-label={text('access.running.end.of', { title: quoteUntrusted(titleOf(served)) })}
        onClick={onEnd}
      >
        {text('access.running.end')}
      </Button>
    </li>
  );
}

/** Returns the program that runs in a terminal, its title, or the beginning of its ID. */
function titleOf({ terminal, title, program }: Pick<ServedTerminalView, 'terminal' | 'title' | 'program'>): string {
  return program ?? (title.trim() === '' ? terminal.slice(0, 8) : title);
}
