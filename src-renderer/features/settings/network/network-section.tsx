import { useCallback, useState, type ReactElement } from 'react';
import type { CallInput, NetworkView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Chip, ErrorNotice, Mono, RowSkeleton, Switch } from '../../../ui/index.ts';
import { DiscoverySwitches } from '../../discovery/index.ts';
import { AutosaveField } from '../autosave-field.tsx';
import { listeningWords, parsePort } from './network-text.ts';
import { ProblemBanner } from '../problem-banner.tsx';
import { ProxyPart } from './proxy-part.tsx';
import { FactRow, Facts, Section } from '../section.tsx';
import { SshPart } from './ssh-part.tsx';
import styles from '../settings.module.css';
import { useRepeated } from '../use-repeated.ts';

/** Interval of reading the addresses again, ms; they change with the network. */
const REFRESH_INTERVAL = 10_000;

/**
 * Section of the settings for direct connections: whether this device listens, its port and addresses (`network.get`, `network.set`), discovery, the
 * proxy, and names for ssh.
 */
export function NetworkSection(): ReactElement {
  const read = useCall('network.get');
  const set = useCall('network.set');
  const [network, setNetwork] = useState<NetworkView>();
  const { run: ask } = read;
  const { run: change } = set;

  const refresh = useCallback(() => {
    void ask({}).then((answer) => {
      if (answer !== undefined) setNetwork(answer);
    });
  }, [ask]);
  useRepeated(refresh, REFRESH_INTERVAL);

  const apply = useCallback(
    async (part: CallInput<'network.set'>): Promise<boolean> => {
      const answer = await change(part);
      if (answer !== undefined) setNetwork(answer);
      return answer !== undefined;
    },
    [change],
  );

  return (
    <Section name="network" title={text('settings.network')} text={text('settings.network.text')}>
      {read.error !== undefined && network === undefined && <ErrorNotice error={read.error} />}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      {network === undefined && read.error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {network !== undefined && <NetworkFields network={network} busy={set.busy} onChange={apply} />}
      <DiscoverySwitches />
      <ProxyPart />
      <SshPart />
    </Section>
  );
}

type FieldsProps = Readonly<{
  network: NetworkView;
  busy: boolean;
  /** Saves some of the settings. @returns whether they were saved */
  onChange(part: CallInput<'network.set'>): Promise<boolean>;
}>;

function NetworkFields({ network, busy, onChange }: FieldsProps): ReactElement {
  const { listen, port, problem, addresses } = network;
  const { tone, words } = listeningWords(network);
  return (
    <>
      <Switch
        row
        label={text('settings.network.listen')}
        description={text(listen === 'on' ? 'settings.network.listen.on' : 'settings.network.listen.outbound-only')}
        checked={listen === 'on'}
        disabled={busy}
        onChange={(checked) => void onChange({ listen: checked ? 'on' : 'outbound-only' })}
      />
      {listen === 'on' && (
        <AutosaveField
          numeric
          label={text('settings.network.port')}
          hint={text('settings.network.port.hint')}
          maxLength={5}
          value={String(port)}
          check={(typed) => (parsePort(typed) === undefined ? text('settings.network.port.invalid') : undefined)}
          onCommit={async (typed) => {
            const wanted = parsePort(typed);
            return wanted !== undefined && (await onChange({ port: wanted }));
          }}
        />
      )}
      <ProblemBanner code={problem} />
      <Facts>
        <FactRow name={text('settings.network.state')}>
          <Chip tone={tone}>{words}</Chip>
        </FactRow>
        {listen === 'on' && (
          <FactRow wide name={text('settings.network.addresses')} meaning={text('settings.network.addresses.text')}>
            {addresses.length === 0 ? (
              text('settings.network.addresses.none')
            ) : (
              <ul className={styles['addresses']}>
                {addresses.map((address) => (
                  <li key={address}>
                    <Mono>{address}</Mono>
                  </li>
                ))}
              </ul>
            )}
          </FactRow>
        )}
      </Facts>
    </>
  );
}
