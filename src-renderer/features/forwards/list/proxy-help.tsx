import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment, useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, classes, CopyButton, Mono } from '../../../ui/index.ts';
import type { ProxySettings } from './proxy-settings.ts';
import styles from './proxy-help.module.css';

export type ProxyHelpProps = Readonly<{
  settings: ProxySettings;
  /** The connection test is shown. */
  isTesting: boolean;
  /** ID of the element that shows it. */
  panel: string;
  onTest(): void;
}>;

/** Shows what a person enters in Firefox, and runs for Chrome and Edge, so that they use a proxy; and the way to the connection test. */
export function ProxyHelp({ settings, isTesting, panel, onTest }: ProxyHelpProps): ReactElement {
  const { host, port, protocol, chrome, edge } = settings;
  const id = useId();
  const fields = [
    { name: text(`forwards.proxy.host.${protocol}`), value: host },
    { name: text('forwards.proxy.port'), value: String(port) },
  ];
  const commands = [
    { name: 'Chrome', value: chrome },
    { name: 'Edge', value: edge },
  ];
  return (
    <div className={styles['help']}>
      <section className={styles['browser']} aria-labelledby={`${id}-firefox`}>
        <h4 id={`${id}-firefox`}>{text('forwards.proxy.firefox')}</h4>
        <p>{text('forwards.proxy.firefox.where')}</p>
        <dl className={styles['values']}>
          {fields.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Mono>{value}</Mono>
                <CopyButton iconOnly value={value} label={text('forwards.proxy.copy.of', { name })} />
              </dd>
            </div>
          ))}
        </dl>
        <p>{text(`forwards.proxy.firefox.${protocol}`)}</p>
      </section>
      <section className={classes(styles['browser'], styles['wide'])} aria-labelledby={`${id}-chrome`}>
        <h4 id={`${id}-chrome`}>{text('forwards.proxy.chrome')}</h4>
        <p>{text('forwards.proxy.chrome.run')}</p>
        <dl className={styles['values']}>
          {commands.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Mono>
                  {value.split(' ').map((word, index) => (
                    <Fragment key={word}>
                      {index > 0 && ' '}
                      <span className={styles['word']}>{word}</span>
                    </Fragment>
                  ))}
                </Mono>
                <CopyButton iconOnly value={value} label={text('forwards.proxy.copy-command.of', { name })} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <p className={styles['test']}>
        <span>{text('forwards.proxy.test.text')}</span>
        <Button
          size="small"
          variant="quiet"
          icon={isTesting ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
          aria-expanded={isTesting}
          aria-controls={panel}
          onClick={onTest}
        >
          {text('forwards.proxy.test')}
        </Button>
      </p>
    </div>
  );
}
