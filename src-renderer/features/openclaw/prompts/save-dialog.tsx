import { useState, type ReactElement } from 'react';
import type { RemoteView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyRemote, notify, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, Field, FormDialog, Select, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { checkOpenClawName } from './openclaw-name.ts';
import styles from './prompts.module.css';

export type SaveDialogProps = Readonly<{
  /** Saved OpenClaw to edit; without it the dialog adds one. */
  remote?: RemoteView;
  /** Receives the saved OpenClaw. */
  onSaved?(remote: RemoteView): void;
  onClose(): void;
}>;

/**
 * Dialog that saves the OpenClaw of a paired machine under a name, or edits a saved one, through the agent. The person chooses machine and gateway.
 */
export function SaveDialog({ remote, onSaved, onClose }: SaveDialogProps): ReactElement {
  const save = useCall('remotes.save');
  const peers = useApp((state) => state.peers);
  const remotes = useApp((state) => state.remotes);
  const [name, setName] = useState(remote?.name ?? '');
  const [peer, setPeer] = useState(remote?.peer ?? peers[0]?.peerId ?? '');
  const [gateway, setGateway] = useState(remote?.gateway ?? '');
  const [isLeft, setLeft] = useState(false);
  const problem = checkOpenClawName(
    name.trim(),
    remotes.filter(({ id }) => id !== remote?.id).map((other) => other.name),
  );
  const apply = async (): Promise<void> => {
    setLeft(true);
    if (problem !== undefined || peer === '') return;
    const gatewayName = gateway.trim();
    const saved = await save.run({
      ...(remote !== undefined && { id: remote.id }),
      name: name.trim(),
      target: gatewayName === '' ? { peer } : { peer, gateway: gatewayName },
    });
    if (saved === undefined) return;
    applyRemote(saved);
    onSaved?.(saved);
    notify({ tone: 'good', text: text('prompts.saved', { name: quoteUntrusted(saved.name) }) });
    onClose();
  };
  return (
    <FormDialog
      onClose={onClose}
      title={
        remote === undefined
          ? text('prompts.save.add')
          : text('prompts.save.edit', { name: quoteUntrusted(remote.name) })
      }
      description={text('prompts.save.text')}
      apply={text('prompts.save.apply')}
      busy={save.busy}
      disabled={peer === ''}
      onApply={() => void apply()}
    >
      <Field
        label={text('prompts.save.name')}
        error={
          problem !== undefined && (isLeft || (problem !== 'missing' && name !== ''))
            ? text(`prompts.save.${problem}`)
            : undefined
        }
      >
        <TextInput value={name} onChange={setName} onBlur={() => setLeft(name !== '')} />
      </Field>
      <Select
        label={text('prompts.save.peer')}
        value={peer}
        options={optionsOf(peers, remote)}
        onChange={(next) => {
          setPeer(next);
          save.reset();
        }}
      />
      <Field label={text('prompts.save.gateway')} hint={text('prompts.save.gateway.hint')}>
        <TextInput value={gateway} maxLength={128} onChange={setGateway} />
      </Field>
      <p className={styles['note']}>{text('prompts.save.rights')}</p>
      {save.error !== undefined && <ErrorNotice error={save.error} onDismiss={save.reset} />}
    </FormDialog>
  );
}

/** Returns the machines to choose from, with the saved one even if it was removed. */
function optionsOf(
  peers: readonly Readonly<{ peerId: string; name: string }>[],
  remote: RemoteView | undefined,
): readonly Readonly<{ value: string; label: string }>[] {
  const options = peers.map(({ peerId, name }) => ({ value: peerId, label: quoteUntrusted(name) }));
  if (remote === undefined || peers.some(({ peerId }) => peerId === remote.peer)) return options;
  return [...options, { value: remote.peer, label: text('prompts.unknown-peer') }];
}
