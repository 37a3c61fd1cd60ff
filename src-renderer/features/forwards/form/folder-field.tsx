import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Field, TextInput } from '../../../ui/index.ts';
import { fieldError } from './field-error.ts';
import type { RuleFieldsProps } from './rule-fields-props.ts';
import styles from './rule-dialog.module.css';

/** Shows the field of a shared folder. In the application a button chooses the folder with the system's dialog; a browser doesn't tell paths. */
export function FolderField(props: RuleFieldsProps): ReactElement {
  const { draft, goal, onChange } = props;
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  const { busy, error, run, reset } = useCall('shell.chooseFolder');
  const choose = async (): Promise<void> => {
    const path = (await run({}))?.path ?? null;
    if (path !== null) onChange({ path });
  };
  return (
    <>
      <Field
        label={text('forwards.form.folder')}
        // The explanation of the goal says who can read it.
        hint={text(goal === undefined ? 'forwards.form.folder.hint' : 'forwards.form.folder.hint.path')}
        error={fieldError(props, 'path')}
      >
        <div className={styles['folder']}>
          <TextInput mono value={draft.path} onChange={(path) => onChange({ path })} />
          {isDesktop && (
            <Button busy={busy} onClick={() => void choose()}>
              {text('forwards.form.folder.choose')}
            </Button>
          )}
        </div>
      </Field>
      {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
    </>
  );
}
