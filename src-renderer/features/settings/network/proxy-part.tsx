import { useEffect, useState, type ReactElement } from 'react';
import { PROXY_MODES, type CallInput, type NetworkProxyView, type ProxyMode } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, Mono, Select } from '../../../ui/index.ts';
import { ProxyAuthorities } from './proxy-authorities.tsx';
import { ProxyForm } from './proxy-form.tsx';
import { FactRow, Facts, PartHeading } from '../section.tsx';
import styles from '../settings.module.css';

/**
 * Settings of the proxy through which relays are reached: none, the system's, or an entered one; and the certificate authorities that are trusted
 * (`network.proxy.get`, `network.proxy.set`).
 */
export function ProxyPart(): ReactElement {
  const read = useCall('network.proxy.get');
  const set = useCall('network.proxy.set');
  const [proxy, setProxy] = useState<NetworkProxyView>();
  /** True after the person chose an entered proxy and before it has an address; the choice isn't saved until then. */
  const [choosing, setChoosing] = useState(false);
  const relay = useApp(({ status }) => `${status?.relay.url ?? ''} ${status?.relay.state ?? ''}`);
  const { run: ask } = read;

  useEffect(() => {
    // Another relay or network may use another proxy.
    const refresh = async (_relay: string): Promise<void> => {
      const answer = await ask({});
      if (answer !== undefined) setProxy(answer);
    };
    void refresh(relay);
  }, [ask, relay]);

  const apply = async (part: CallInput<'network.proxy.set'>): Promise<boolean> => {
    const answer = await set.run(part);
    if (answer === undefined) return false;
    setProxy(answer);
    setChoosing(false);
    notify({ tone: 'good', text: text('proxy.saved') });
    return true;
  };

  const mode = choosing ? 'manual' : (proxy?.mode ?? 'system');
  const choose = (next: ProxyMode): void => {
    set.reset();
    if (next === 'manual' && proxy?.mode !== 'manual') {
      setChoosing(true);
      return;
    }
    setChoosing(false);
    if (next !== proxy?.mode) void apply({ mode: next });
  };

  return (
    <div className={styles['part']}>
      <PartHeading>{text('proxy.title')}</PartHeading>
      <p className={styles['text']}>{text('proxy.text')}</p>
      {read.error !== undefined && proxy === undefined && <ErrorNotice error={read.error} />}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      {proxy !== undefined && (
        <>
          <Select
            row
            label={text('proxy.mode')}
            value={mode}
            options={PROXY_MODES.map((value) => ({ value, label: text(`proxy.mode.${value}`) }))}
            onChange={choose}
          />
          {mode === 'manual' && <ProxyForm key={proxy.address ?? ''} proxy={proxy} busy={set.busy} onSave={apply} />}
          <Facts>
            <FactRow name={text('proxy.in-use')}>
              {proxy.inUse === null ? (
                text('proxy.in-use.none')
              ) : (
                <>
                  <Mono>{proxy.inUse.address}</Mono> {text(`proxy.in-use.${proxy.inUse.source}`)}
                </>
              )}
            </FactRow>
          </Facts>
          <ProxyAuthorities
            authorities={proxy.authorities}
            onRemove={(id) => void apply({ removeAuthorities: [id] })}
            onAdded={setProxy}
          />
        </>
      )}
    </div>
  );
}
