import { useState, type ReactElement } from 'react';
import type { CallOutput, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { INTRODUCED_RIGHTS, type IntroducedRight } from '#shared/identity/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Segments, Switch, quoteUntrusted } from '../../../ui/index.ts';
import styles from './introduce-dialog.module.css';

/** Times for which a machine can be introduced, in seconds. */
const LIVES = { '12h': 12 * 3600, '7d': 7 * 24 * 3600, '30d': 30 * 24 * 3600 } as const;
type Life = keyof typeof LIVES;
const ORDER = ['12h', '7d', '30d'] as const satisfies readonly Life[];

export type IntroduceDialogProps = Readonly<{ peer: PeerView; onClose(): void }>;

/**
 * Dialog that introduces a machine to the person's other machines (`introductions.introduce`): a list of them, what the newcomer may do there, and for
 * how long. Machines that are offline are off until the person switches them on. Shows the answer of each that refuses.
 */
export function IntroduceDialog({ peer, onClose }: IntroduceDialogProps): ReactElement {
  const peers = useApp((state) => state.peers);
  const introduce = useCall('introductions.introduce');
  /** Machines that the person has switched on or off. */
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [rights, setRights] = useState<readonly IntroducedRight[]>([]);
  const [life, setLife] = useState<Life>('12h');
  const [answers, setAnswers] = useState<CallOutput<'introductions.introduce'>>([]);
  /** Machines that have agreed, each with what they agreed to: they aren't asked again. */
  const [agreed, setAgreed] = useState<ReadonlySet<string>>(new Set());
  /** Machine where a person is asked now; undefined without one. */
  const [asking, setAsking] = useState<string>();
  const name = quoteUntrusted(peer.name);
  const others = peers.filter(
    ({ peerId, browser, pairing }) => peerId !== peer.peerId && browser === undefined && pairing?.compared !== false,
  );
  const isTarget = ({ peerId, online }: PeerView): boolean => chosen.get(peerId) ?? online;
  const targets = others.filter(isTarget).map(({ peerId }) => peerId);
  const offered = peer.browser === undefined ? INTRODUCED_RIGHTS : (['terminal'] as const);
  const refused = answers.filter(({ problem }) => problem !== null);

  const nameOf = (peerId: string): string => quoteUntrusted(peers.find((each) => each.peerId === peerId)?.name ?? '');
  const submit = async (): Promise<void> => {
    const terms = `${rights.toSorted().join()} ${life}`;
    const left = targets.filter((id) => !agreed.has(`${id} ${terms}`));
    const given =
      left.length === 0
        ? []
        : await introduce.run(
            { newcomer: peer.peerId, targets: left, rights: [...rights], life: LIVES[life] },
            { onProgress: ({ peer: at }) => setAsking(at) },
          );
    setAsking(undefined);
    if (given === undefined) return;
    setAnswers(given);
    const took = given.filter(({ problem }) => problem === null).map((one) => `${one.peer} ${terms}`);
    setAgreed((known) => new Set([...known, ...took]));
    if (given.some(({ problem }) => problem !== null)) return;
    notify({ tone: 'good', text: text('introduce.done', { name }) });
    onClose();
  };
  const toggle = (right: IntroducedRight) => (on: boolean) =>
    setRights((now) => (on ? [...now, right] : now.filter((one) => one !== right)));

  return (
    <Dialog
      open
      onClose={onClose}
      title={text('introduce.title', { name })}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button
            variant="primary"
            busy={introduce.busy}
            reason={targets.length === 0 ? text('introduce.no-target') : undefined}
            onClick={() => void submit()}
          >
            {text('introduce.apply')}
          </Button>
        </>
      }
    >
      <div className={styles['stack']}>
        {introduce.error !== undefined && <ErrorNotice error={introduce.error} onDismiss={introduce.reset} />}
        {refused.map(({ peer: id, name: of, problem, at = of }) => (
          <ErrorNotice
            key={id}
            error={new ClawReachError(problem ?? 'internal', 'refused', { details: { name: of, at } })}
          />
        ))}
        <p className={styles['about']}>{text(others.length === 0 ? 'introduce.none' : 'introduce.about', { name })}</p>
        <p role="status" className={asking === undefined ? 'visually-hidden' : styles['about']}>
          {asking !== undefined && text('introduce.asking', { name: nameOf(asking) })}
        </p>
        {others.length > 0 && (
          <>
            <fieldset className={styles['group']}>
              <legend>{text('introduce.targets')}</legend>
              {others.map((other) => (
                <Switch
                  key={other.peerId}
                  label={quoteUntrusted(other.name)}
                  description={other.online ? undefined : text('introduce.away')}
                  checked={isTarget(other)}
                  onChange={(on) => setChosen((now) => new Map(now).set(other.peerId, on))}
                />
              ))}
            </fieldset>
            <fieldset className={styles['group']}>
              <legend>{text('introduce.rights', { name })}</legend>
              {offered.map((right) => (
                <Switch
                  key={right}
                  label={text(`access.${right}`)}
                  description={text(`introduce.${right}.about`)}
                  checked={rights.includes(right)}
                  onChange={toggle(right)}
                />
              ))}
            </fieldset>
            <div className={styles['life']}>
              <span>{text('introduce.life')}</span>
              <Segments
                label={text('introduce.life')}
                value={life}
                options={ORDER.map((value) => ({ value, label: text(`introduce.life.${value}`) }))}
                onChange={setLife}
              />
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}
