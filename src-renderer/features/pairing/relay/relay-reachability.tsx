import { useEffect, useId, useState, type ReactElement } from 'react';
import type { CallOutput, HostedRelay } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { explain, joinSentences, text } from '../../../locale/index.ts';
import { rememberTestedRelay, useApp, useCall } from '../../../store/index.ts';
import { Button, CopyButton, ErrorNotice, Field, Mono, Select, Switch, TextInput, Wait } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { hostOf, outsideUrl, portOf, addressScope } from '../../relay-reach/index.ts';
import { OutsidePortPart } from './outside-port.tsx';

/**
 * Shows how machines outside this network reach the relay of this machine, and which port a router has to forward. The person can enter the public address, use
 * it in invitations (`relay.advertise`), and have a peer test whether it can reach the relay (`relay.probe`). Buttons copy the public address to the
 * clipboard and open the dialog that creates an invitation. Shows errors of both calls. Part of `HostRelay`.
 */
export function RelayReachability({ relay }: Readonly<{ relay: HostedRelay }>): ReactElement {
  const id = useId();
  const [typed, setTyped] = useState('');
  const advertised = useAdvertised(setTyped);
  const reached = useApp(({ testedRelay }) => testedRelay);
  const addresses = relay.addresses.length > 0 ? relay.addresses : [relay.url ?? ''];
  const [first = ''] = addresses;
  const port = portOf(first);
  const mapped = relay.outside.url ?? undefined;
  const outside = typed.trim() === '' ? mapped : outsideUrl(typed, port);
  // The part above says how to forward the port.
  const isTold = relay.outside.state === 'refused' || relay.outside.state === 'no-router';
  const isPublic = addresses.some((address) => addressScope(address) === 'public');
  return (
    <section className={styles['stack']} aria-labelledby={id}>
      <h3 id={id} className={styles['strong']}>
        {text('reach.title')}
      </h3>
      <OutsidePortPart relay={relay} reachedBy={reached?.url === mapped ? reached?.name : undefined} />
      {!isPublic && relay.outside.state !== 'shared' && (
        <>
          {mapped === undefined && !isTold && (
            <p className={styles['note']}>{text('reach.outside.text', { port, host: hostOf(first) ?? '' })}</p>
          )}
          <Field
            label={text('reach.outside.field')}
            hint={text('reach.outside.hint')}
            error={typed.trim() !== '' && outside === undefined ? text('reach.outside.invalid') : undefined}
          >
            <TextInput value={typed} maxLength={253} onChange={setTyped} />
          </Field>
          {outside !== undefined && (
            <>
              <dl className={styles['facts']}>
                <dt>{text('reach.outside.address')}</dt>
                <dd>
                  <Mono>{outside}</Mono>
                  <CopyButton value={outside} label={text('relay.host.address.copy')} />
                </dd>
              </dl>
              <Switch
                label={text('reach.outside.use')}
                description={text('reach.outside.use.text')}
                checked={advertised.url === outside}
                onChange={(on) => advertised.set(on ? outside : null)}
              />
            </>
          )}
          {advertised.error !== undefined && <ErrorNotice error={advertised.error} />}
        </>
      )}
      {relay.pin !== null && (
        <PeerTest
          url={outside ?? first}
          pin={relay.pin}
          // Invitations lead to the router's address by themselves.
          isUsed={outside === undefined || outside === mapped || outside === advertised.url}
          onReached={(name) => rememberTestedRelay(outside ?? first, name)}
        />
      )}
    </section>
  );
}

type Advertised = Readonly<{ url: string | null; error: unknown; set(url: string | null): void }>;

/**
 * Reads and sets the relay address that invitation links carry (`relay.advertised`, `relay.advertise`).
 * @param found called once with the address without its scheme, if one is set
 */
function useAdvertised(found: (host: string) => void): Advertised {
  const { run: read, error: readError } = useCall('relay.advertised');
  const change = useCall('relay.advertise');
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    void read({}).then((answer) => {
      const named = answer?.url ?? null;
      setUrl(named);
      if (named !== null) found(named.replace(/^wss?:\/\//, ''));
    });
  }, [read, found]);
  const apply = async (wanted: string | null): Promise<void> => {
    const answer = await change.run({ url: wanted });
    if (answer !== undefined) setUrl(answer.url);
  };
  return { url, error: change.error ?? readError, set: (wanted) => void apply(wanted) };
}

type PeerTestProps = Readonly<{
  url: string;
  pin: string;
  /** Invitations lead to the URL, as far as they can. */
  isUsed: boolean;
  onReached(name: string): void;
}>;

function PeerTest({ url, pin, isUsed, onReached }: PeerTestProps): ReactElement {
  const peers = useApp((state) => state.peers);
  const online = peers.filter((peer) => peer.online);
  const probe = useCall('relay.probe');
  const [chosen, setChosen] = useState('');
  const [latest, setResult] = useState<Readonly<{ url: string; name: string; found: CallOutput<'relay.probe'> }>>();
  // The result is of the address that was tested.
  const result = latest?.url === url ? latest : undefined;
  const peer = online.find(({ peerId }) => peerId === chosen) ?? online[0];
  if (peer === undefined) return <p className={styles['note']}>{text('reach.test.none')}</p>;
  const test = async (): Promise<void> => {
    setResult(undefined);
    const found = await probe.run({ peer: peer.peerId, url, pin });
    if (found !== undefined) setResult({ url, name: peer.name, found });
    if (found?.found === 'same') onReached(peer.name);
  };
  return (
    <div className={styles['stack']}>
      <Wait busy={probe.busy} label={text('reach.test.running')} onCancel={probe.cancel} className={styles['test']}>
        <Select
          label={text('reach.test')}
          value={peer.peerId}
          options={online.map(({ peerId, name }) => ({ value: peerId, label: name }))}
          onChange={setChosen}
        />
        <Button busy={probe.busy} onClick={() => void test()}>
          {text('reach.test.run')}
        </Button>
      </Wait>
      <p
        role="status"
        className={styles[result?.found.found === 'same' ? 'good' : 'note']}
        data-probe={result?.found.found ?? 'none'}
      >
        {result !== undefined && wordsOf(result.name, result.found, isUsed)}
        {probe.error !== undefined && explain(probe.error).what}
      </p>
    </div>
  );
}

function wordsOf(name: string, { found, problem }: CallOutput<'relay.probe'>, isUsed: boolean): string {
  switch (found) {
    case 'same':
      return joinSentences(text('reach.test.good', { name }), isUsed ? '' : text('reach.test.good.next'));
    case 'other':
      return text('reach.test.other', { name });
    case 'unreachable':
      return text('reach.test.bad', { name, why: explain(new ClawReachError(problem ?? 'internal', '')).what });
  }
}
