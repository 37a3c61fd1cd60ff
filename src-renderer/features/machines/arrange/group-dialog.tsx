import { useState, type ReactElement } from 'react';
import { isUsableName, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { ErrorNotice, Field, FormDialog, Select, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { groupNames } from './order.ts';
import { useArranging } from './use-arranging.ts';

/** Most characters of a group's name, as in the contract. */
const MOST = 32;
/** Values of the choice that stand for no group and for a new one; a group's own value begins with `=`. */
const NO_GROUP = 'none';
const NEW_GROUP = 'new';

/** Dialog that puts a machine into a group: one of the groups, none, or a new one (`peers.arrange`). With no group yet, it only asks for a name. */
export function GroupDialog({ peer, onClose }: Readonly<{ peer: PeerView; onClose(): void }>): ReactElement {
  const peers = useApp((state) => state.peers);
  const arranging = useArranging();
  const names = groupNames(peers);
  const [choice, setChoice] = useState(() =>
    peer.group === undefined ? (names.length === 0 ? NEW_GROUP : NO_GROUP) : `=${peer.group}`,
  );
  const [name, setName] = useState('');
  const [isTouched, setTouched] = useState(false);
  const isWrong = choice === NEW_GROUP && (!isUsableName(name) || name.trim().length > MOST);
  const apply = async (): Promise<void> => {
    setTouched(true);
    if (isWrong) return;
    const group = choice === NO_GROUP ? null : choice === NEW_GROUP ? name.trim() : choice.slice(1);
    if (await arranging.place(peer.peerId, group)) onClose();
  };
  return (
    <FormDialog
      onClose={onClose}
      size="small"
      title={text('machines.group.title', { name: quoteUntrusted(peer.name) })}
      apply={text('machines.group.apply')}
      busy={false}
      onApply={() => void apply()}
    >
      {names.length > 0 && (
        <Select
          label={text('machines.group')}
          value={choice}
          options={[
            ...names.map((group) => ({ value: `=${group}`, label: group })),
            { value: NO_GROUP, label: text('machines.group.none') },
            { value: NEW_GROUP, label: text('machines.group.new') },
          ]}
          onChange={setChoice}
        />
      )}
      {choice === NEW_GROUP && (
        <Field
          label={text('machines.group.name')}
          error={isTouched && isWrong ? text('machines.group.name.wrong', { count: MOST }) : undefined}
        >
          <TextInput dir="auto" value={name} maxLength={64} onChange={setName} />
        </Field>
      )}
      {arranging.error !== undefined && <ErrorNotice error={arranging.error} onDismiss={arranging.dismiss} />}
    </FormDialog>
  );
}

/** Dialog that renames a group (`peers.arrange`). A name of another group joins the two. */
export function RenameGroupDialog({ group, onClose }: Readonly<{ group: string; onClose(): void }>): ReactElement {
  const arranging = useArranging();
  const [name, setName] = useState(group);
  const [isTouched, setTouched] = useState(false);
  const isWrong = !isUsableName(name) || name.trim().length > MOST;
  const apply = async (): Promise<void> => {
    setTouched(true);
    if (isWrong) return;
    if (name.trim() === group || (await arranging.renameGroup(group, name.trim()))) onClose();
  };
  return (
    <FormDialog
      onClose={onClose}
      size="small"
      title={text('machines.group.rename.title', { name: group })}
      apply={text('peers.rename.apply')}
      busy={false}
      onApply={() => void apply()}
    >
      <Field
        label={text('machines.group.name')}
        error={isTouched && isWrong ? text('machines.group.name.wrong', { count: MOST }) : undefined}
      >
        <TextInput
          dir="auto"
          value={name}
          maxLength={64}
          onFocus={(event) => event.target.select()}
          onChange={setName}
        />
      </Field>
      {arranging.error !== undefined && <ErrorNotice error={arranging.error} onDismiss={arranging.dismiss} />}
    </FormDialog>
  );
}
