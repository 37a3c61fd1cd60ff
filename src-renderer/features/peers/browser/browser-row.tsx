import { AppWindow } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import { BROWSER_LIVES, type BrowserLife, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Select, formatMoment, quoteUntrusted, useNow } from '../../../ui/index.ts';
import styles from '../rights/access.module.css';
import { SavedMark } from '../rights/saved-mark.tsx';
import { useSaved } from '../rights/use-saved.ts';

export type BrowserRowProps = Readonly<{
  peer: PeerView & Readonly<{ browser: NonNullable<PeerView['browser']> }>;
  /** Opens the dialog that removes the browser; without it there is no such button. */
  onEnd?: (() => void) | undefined;
}>;

/** Row with the end of a browser: a list that sets another one from now on (`peers.setBrowserLife`), and a button that ends it now. */
export function BrowserRow({ peer, onEnd }: BrowserRowProps): ReactElement {
  const id = useId();
  const { life, endsAt } = peer.browser;
  const name = quoteUntrusted(peer.name);
  const now = useNow();
  const set = useCall('peers.setBrowserLife');
  const [isSaved, showSaved] = useSaved();
  const choose = async (chosen: BrowserLife | 'kept'): Promise<void> => {
    if (chosen === 'kept') return;
    if ((await set.run({ peer: peer.peerId, life: chosen })) !== undefined) showSaved();
  };
  const until = formatMoment(endsAt, now);
  return (
    <li className={styles['row']} data-right="browser" aria-labelledby={id}>
      <AppWindow className={styles['icon']} aria-hidden="true" />
      <div className={styles['words']}>
        <span id={id} className={styles['name']}>
          {text('browser.row')}
        </span>
        <p className={styles['about']}>
          {life === 'tab' ? text('browser.row.tab') : text('browser.row.until', { name })}
        </p>
      </div>
      <div className={styles['end']}>
        <Select<BrowserLife | 'kept'>
          label={text('browser.row.extend')}
          hideLabel
          value="kept"
          options={[
            { value: 'kept' as const, label: text('access.until', { until }) },
            ...BROWSER_LIVES.map((value) => ({ value, label: text(`browser.extend.${value}`) })),
          ]}
          onChange={(chosen) => void choose(chosen)}
        />
        <SavedMark shown={isSaved} />
      </div>
      <div className={styles['decision']}>
        {onEnd !== undefined && (
          <Button size="small" onClick={onEnd}>
            {text('browser.row.end')}
          </Button>
        )}
      </div>
      <div className={styles['below']}>
        {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      </div>
    </li>
  );
}
