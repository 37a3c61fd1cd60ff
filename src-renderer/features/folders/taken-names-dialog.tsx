import { useState, type ReactElement } from 'react';
import type { PutMode } from '#shared/files/index.ts';
import { text } from '../../locale/index.ts';
import { FormDialog, RadioGroup, UntrustedText, quoteUntrusted } from '../../ui/index.ts';
import styles from './folders.module.css';

/** Ways to copy what has a name that is taken. The first one is the default: it loses nothing. */
const MODES = ['keep-both', 'replace', 'skip-same'] as const satisfies readonly PutMode[];
/** Most names that are listed. */
const MOST_LISTED = 5;

type TakenNamesDialogProps = Readonly<{
  /** Names of files to copy that something in the folder has; one at least. */
  names: readonly string[];
  /** Quoted name of the machine. */
  machine: string;
  /** Undefined: nothing is copied. */
  onAnswer(mode: PutMode | undefined): void;
}>;

/** Dialog that asks what happens to files whose names are taken in a folder of a peer. */
export function TakenNamesDialog({ names, machine, onAnswer }: TakenNamesDialogProps): ReactElement {
  const [mode, setMode] = useState<(typeof MODES)[number]>('keep-both');
  const [first = ''] = names;
  const more = names.length - MOST_LISTED;
  return (
    <FormDialog
      title={
        names.length === 1
          ? text('folders.taken.title', { name: quoteUntrusted(first) })
          : text('folders.taken.titles', { count: names.length })
      }
      apply={text('folders.taken.apply')}
      onApply={() => onAnswer(mode)}
      onClose={() => onAnswer(undefined)}
    >
      {names.length > 1 && (
        <ul className={styles['taken']}>
          {names.slice(0, MOST_LISTED).map((name) => (
            <li key={name}>
              <UntrustedText>{name}</UntrustedText>
            </li>
          ))}
          {more > 0 && <li className={styles['muted']}>{text('folders.taken.more', { count: more })}</li>}
        </ul>
      )}
      <RadioGroup
        label={text('folders.taken.choice')}
        value={mode}
        options={MODES.map((value) => ({
          value,
          label: text(`folders.taken.${value}`),
          description: text(`folders.taken.${value}.text`, { name: machine }),
        }))}
        onChange={setMode}
      />
    </FormDialog>
  );
}
