import { ShieldCheck } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useIsBrowserMachine } from '../../../store/index.ts';
import { Button, Caution, formatMoment, quoteUntrusted, useNow } from '../../../ui/index.ts';
import styles from './access.module.css';
import { AccessThere } from './access-there.tsx';
import { AnswersRow } from '../browser/answers-row.tsx';
import { BrowserRow } from '../browser/browser-row.tsx';
import { HandsOn } from '../introduce/hands-on.tsx';
import { AgentGrants } from './agent-grants.tsx';
import { AllowedTargets } from './allowed-targets.tsx';
import { OwnDeviceRow } from './own-device-row.tsx';
import { PresetChoice } from './preset-choice.tsx';
import { RightRow } from './right-row.tsx';
import { pendingRightsText } from './right-text.ts';
import { RunningHere } from './running-here.tsx';
import { SendLimit } from './send-limit.tsx';
import { SharedFolders } from './shared-folders.tsx';
import { SavedOwner } from './use-saved.ts';
import { WaitingOwner } from './use-waiting.ts';

export type AccessProps = Readonly<{
  peer: PeerView;
  /** Opens the dialog that removes the peer; without it there is no such button. */
  onForget?: (() => void) | undefined;
}>;

/** Rights in the order of their rows. */
const ROWS = [
  'terminal',
  'view',
  'forward',
  'relay',
  'prompt',
  'message',
  'send',
  'files',
  'wake',
  'introduce',
] as const;

/** Rights that a browser can use at a machine. */
const OF_BROWSERS = ['terminal', 'view', 'send', 'files'] as const;

/**
 * Section of the rights between this machine and a peer. A browser serves nothing (ADR 53), so it shows only what it may do at the peer, and the button
 * that removes it.
 */
export function Access({ peer, onForget }: AccessProps): ReactElement {
  const isHereBrowser = useIsBrowserMachine();
  if (!isHereBrowser) return <AccessHere peer={peer} onForget={onForget} />;
  return (
    <div className={styles['access']}>
      <AccessThere peer={peer} rows={OF_BROWSERS} />
      {onForget !== undefined && (
        <footer className={styles['foot']}>
          <Button variant="quiet" edge="start" onClick={onForget}>
            <span className={styles['forget']}>{text('access.forget', { name: quoteUntrusted(peer.name) })}</span>
          </Button>
        </footer>
      )}
    </div>
  );
}

/**
 * Section of a peer's rights on this machine: presets, a row for each right with Allow, Ask or Deny, the addresses that it reaches without asking, the
 * agents decided about on their own, and
 * the mark of an own device; below it this device's rights there. Warns while the pairing words haven't been compared.
 */
function AccessHere({ peer, onForget }: AccessProps): ReactElement {
  const id = useId();
  const now = useNow();
  const name = quoteUntrusted(peer.name);
  const owner = useState<string>();
  const savedOwner = useState<string>();
  const waiting = pendingRightsText(peer, now);
  const { browser, introduced } = peer;
  // A machine refuses introductions by a browser or an introduced peer, whatever their right.
  const rows = browser === undefined && introduced === undefined ? ROWS : ROWS.filter((right) => right !== 'introduce');
  const isAsking = rows.some((right) => peer.rights[right].decision === 'ask');
  return (
    <WaitingOwner value={owner}>
      <SavedOwner value={savedOwner}>
        <section className={styles['access']} aria-labelledby={id}>
          <header className={styles['head']}>
            <div className={styles['title']}>
              <h2 id={id}>{text('access.title', { name })}</h2>
              <p>
                {introduced === undefined
                  ? text('access.description')
                  : text('peers.introduced', {
                      by: quoteUntrusted(introduced.byName),
                      until: formatMoment(introduced.endsAt, now),
                    })}
              </p>
            </div>
            {/* Nothing that a browser may do lasts. */}
            {browser === undefined && <PresetChoice peer={peer} />}
          </header>
          {peer.pairing?.compared === false && (
            <Caution className={styles['caution']}>
              {waiting === ''
                ? text('peers.rights.pending', { name })
                : text('peers.compare.row.pending', { rights: waiting })}
            </Caution>
          )}
          {peer.suspendedSince !== undefined && (
            <Caution className={styles['caution']}>{text('access.suspended', { name })}</Caution>
          )}
          <ul className={styles['rows']} aria-label={text('peers.rights.here')}>
            {browser !== undefined && <BrowserRow peer={{ ...peer, browser }} onEnd={onForget} />}
            {rows.map((right) => (
              <RightRow key={right} peer={peer} right={right}>
                {right === 'terminal' && <RunningHere peer={peer} />}
                {right === 'forward' && <AllowedTargets peer={peer} />}
                {right === 'message' && <AgentGrants peer={peer} />}
                {right === 'send' && <SendLimit peer={peer} />}
                {right === 'files' && <SharedFolders peer={peer} />}
                {right === 'introduce' && <HandsOn peer={peer} />}
              </RightRow>
            ))}
            {/* No person here has compared the words of an introduced browser. */}
            {browser !== undefined && introduced === undefined && <AnswersRow peer={peer} />}
            <OwnDeviceRow peer={peer} />
          </ul>
          <footer className={styles['foot']}>
            {isAsking && (
              <>
                <ShieldCheck aria-hidden="true" />
                <p>{text('access.foot')}</p>
              </>
            )}
            {onForget !== undefined && (
              <Button variant="quiet" edge="end" className={styles['forget']} onClick={onForget}>
                {text('access.forget', { name })}
              </Button>
            )}
          </footer>
          {/* A browser serves nothing. */}
          {browser === undefined && <AccessThere peer={peer} rows={ROWS} />}
        </section>
      </SavedOwner>
    </WaitingOwner>
  );
}
