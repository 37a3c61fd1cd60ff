import { useRef, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, Field, FormDialog, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { checkPeerName, type PeerNameProblem } from './peer-name.ts';

export type RenamePeerDialogProps = Readonly<{ peer: PeerView; onClose(): void }>;

/** Dialog that renames a peer on this machine (`peers.rename`). Explains a name that can't be used; shows a toast or the error of the call. */
export function RenamePeerDialog({ peer, onClose }: RenamePeerDialogProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const peers = useApp((state) => state.peers);
  const rename = useCall('peers.rename');
  const [name, setName] = useState(peer.name);
  // Problems are shown once the person has changed something.
  const [touched, setTouched] = useState(false);
  const others = peers.filter(({ peerId }) => peerId !== peer.peerId).map((other) => other.name);
  const problem = checkPeerName(name, others);
  const shownName = quoteUntrusted(peer.name);

  const apply = async (): Promise<void> => {
    setTouched(true);
    if (problem !== undefined) {
      input.current?.focus();
      return;
    }
    const wanted = name.trim();
    if (wanted === peer.name) {
      onClose();
      return;
    }
    const renamed = await rename.run({ peer: peer.peerId, name: wanted });
    if (renamed === undefined) return;
    notify({ tone: 'good', text: text('peers.renamed', { name: quoteUntrusted(renamed.name) }) });
    onClose();
  };

  return (
    <FormDialog
      onClose={onClose}
      size="small"
      title={text('peers.rename.title', { name: shownName })}
      description={text('peers.rename.description', { name: shownName })}
      apply={text('peers.rename.apply')}
      busy={rename.busy}
      onApply={() => void apply()}
    >
      <Field
        label={text('peers.rename.label')}
        hint={text('peers.rename.hint')}
        error={touched && problem !== undefined ? describe(problem) : undefined}
      >
        <TextInput
          ref={input}
          dir="auto"
          // The dialog focuses the field; typing then replaces the old name.
          onFocus={(event) => event.target.select()}
          value={name}
          onChange={(value) => {
            setName(value);
            setTouched(true);
            rename.reset();
          }}
        />
      </Field>
      {rename.error !== undefined && <ErrorNotice error={rename.error} onDismiss={rename.reset} />}
    </FormDialog>
  );
}

function describe(problem: PeerNameProblem): string {
  switch (problem.kind) {
    case 'empty':
      return text('peers.rename.empty');
    case 'too-long':
      return text('peers.rename.too-long', { count: problem.over });
    case 'hidden-character':
      return text('peers.rename.hidden-character', { code: problem.code, position: problem.position });
    case 'taken':
      return text('peers.rename.taken');
    default:
      return assertNever(problem);
  }
}
