import { Search } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { FoundGateway } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Wait, UntrustedText, quoteUntrusted } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';

/**
 * Button that lets the agent search the local network for gateways, and the list of those found. The search starts only when the person presses the
 * button.
 */
export function NetworkSearch({ onChoose }: Readonly<{ onChoose(found: FoundGateway): void }>): ReactElement {
  const id = useId();
  const discover = useCall('gateways.discover');
  const [found, setFound] = useState<readonly FoundGateway[]>();
  const search = async (): Promise<void> => {
    const answer = await discover.run({});
    if (answer !== undefined) setFound(answer);
  };
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <h3 id={id} className={styles['heading']}>
        {text('gateways.network')}
      </h3>
      <Wait
        busy={discover.busy}
        label={text('gateways.network.searching')}
        onCancel={discover.cancel}
        atOnce
        className={styles['row']}
      >
        <Button size="small" icon={<Search aria-hidden="true" />} busy={discover.busy} onClick={() => void search()}>
          {text(found === undefined ? 'gateways.network.search' : 'gateways.network.again')}
        </Button>
        <span role="status" className={styles['note']}>
          {found !== undefined &&
            !discover.busy &&
            (found.length === 0
              ? text('gateways.network.none')
              : text('gateways.network.found', { count: found.length }))}
        </span>
      </Wait>
      {found !== undefined && found.length > 0 && (
        <ul className={styles['found']}>
          {found.map((each) => (
            <li key={`${each.host} ${each.port} ${each.name}`}>
              <button
                type="button"
                aria-label={text('gateways.network.choose', {
                  name: quoteUntrusted(each.name),
                  address: quoteUntrusted(`${each.host}:${each.port}`),
                })}
                onClick={() => onChoose(each)}
              >
                <strong>
                  <UntrustedText>{each.name}</UntrustedText>
                </strong>
                <span className={styles['note']}>
                  <UntrustedText>{`${each.host}:${each.port}`}</UntrustedText>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {discover.error !== undefined && <ErrorNotice error={discover.error} onDismiss={discover.reset} />}
    </section>
  );
}
