import { useState, type ReactElement } from 'react';
import { RIGHTS, type PeerView } from '#shared/app-api/index.ts';
import { compareNames, joinList, text } from '../../../locale/index.ts';
import { navigate, useApp } from '../../../store/index.ts';
import { Button, Select, quoteUntrusted } from '../../../ui/index.ts';
import { SafetyNumberDialog } from '../../peers/index.ts';
import { FactRow } from '../section.tsx';
import styles from '../settings.module.css';

/** Most names listed for a right; the others are counted. */
const MOST_NAMES = 8;

/** Row that lists for each right the peers and plain relays that may use it here without asking. A person changes permissions at each of them. */
export function GrantedRights(): ReactElement {
  const peers = useApp((state) => state.peers);
  const plainRelays = useApp((state) => state.plainRelays);
  const given = RIGHTS.map((right) => ({
    right,
    names: [
      ...peers.filter(({ rights }) => rights[right].decision === 'allow').map(({ name }) => quoteUntrusted(name)),
      ...plainRelays
        .filter(({ rights }) => (right === 'terminal' || right === 'prompt') && rights[right].decision === 'allow')
        .map(({ name }) => text('audit.relay-reads', { sentence: quoteUntrusted(name) })),
    ],
  })).filter(({ names }) => names.length > 0);
  return (
    <FactRow
      name={text('settings.security.terminals')}
      meaning={text(given.length === 0 ? 'settings.security.rights.none' : 'settings.security.rights')}
      below={
        given.length > 0 && (
          <ul className={styles['given']}>
            {given.map(({ right, names }) => (
              <li key={right}>
                {text('settings.security.rights.of', { right: text(`peers.right.${right}`), peers: named(names) })}
              </li>
            ))}
          </ul>
        )
      }
    >
      <Button size="small" onClick={() => navigate({ page: 'machines' })}>
        {text('app.step.peers')}
      </Button>
    </FactRow>
  );
}

function named(names: readonly string[]): string {
  const sorted = names.toSorted(compareNames);
  const rest = sorted.length - MOST_NAMES;
  if (rest <= 0) return joinList(sorted);
  return text('settings.security.rights.more', { peers: joinList(sorted.slice(0, MOST_NAMES)), count: rest });
}

/** Row in which the person chooses a peer, and opens its safety number, as the peer's menu does. */
export function SafetyNumbers(): ReactElement {
  const peers = useApp((state) => state.peers);
  const [chosen, setChosen] = useState('');
  const [compared, setCompared] = useState<PeerView>();
  const name = text('settings.security.numbers');
  if (peers.length === 0)
    return (
      <FactRow name={name} meaning={text('settings.security.numbers.none')}>
        {null}
      </FactRow>
    );
  const sorted = peers.toSorted((one, other) => compareNames(one.name, other.name));
  const peer = sorted.find(({ peerId }) => peerId === chosen) ?? sorted[0];
  return (
    <FactRow name={name} meaning={text('settings.security.numbers.text')}>
      <span className={styles['compared']}>
        <Select
          hideLabel
          label={text('settings.security.numbers.with')}
          value={peer?.peerId ?? ''}
          options={sorted.map(({ peerId, name }) => ({ value: peerId, label: quoteUntrusted(name) }))}
          onChange={setChosen}
        />
      </span>
      <Button onClick={() => setCompared(peer)}>{text('settings.security.numbers.show')}</Button>
      {compared !== undefined && <SafetyNumberDialog peer={compared} onClose={() => setCompared(undefined)} />}
    </FactRow>
  );
}
