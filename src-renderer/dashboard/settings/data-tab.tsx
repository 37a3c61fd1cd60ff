import { ArrowDownToLine } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, ConfirmDialog, ErrorNotice, Field, SettingRow, TextInput } from '../../ui/index.ts';
import { useAccount, useAction, useDashboard } from '../api/index.ts';
import { endSession } from '../end-session/index.ts';
import { saveFile } from '../files/index.ts';
import { Section } from './section.tsx';

/** Everything that the relay stores about the account, as a file, and the end of the account. */
export function DataTab(): ReactElement {
  const exportAll = useAction((client) => client.call('account.export'));
  return (
    <>
      <Section title={text('account.data')}>
        <SettingRow
          name={text('account.export')}
          meaning={text('account.export.about')}
          below={exportAll.error !== undefined && <ErrorNotice error={exportAll.error} onDismiss={exportAll.reset} />}
        >
          <Button
            icon={<ArrowDownToLine />}
            busy={exportAll.busy}
            onClick={() =>
              void exportAll.run().then((content) => {
                if (content !== undefined)
                  saveFile('clawreach-account.json', 'application/json', JSON.stringify(content, undefined, 2));
              })
            }
          >
            {text('account.export.save')}
          </Button>
        </SettingRow>
      </Section>
      <Section title={text('account.end')}>
        <DeleteAccount />
      </Section>
    </>
  );
}

function DeleteAccount(): ReactElement {
  const account = useAccount();
  const dashboard = useDashboard();
  const [isAsking, setIsAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const remove = useAction(async (client) => {
    await client.call('account.delete');
    void endSession(dashboard);
  });
  const close = (): void => {
    setIsAsking(false);
    setTyped('');
  };
  const isTyped = typed.trim().toLowerCase() === account.email.toLowerCase();
  return (
    <SettingRow name={text('account.delete')} meaning={text('account.delete.about')}>
      <Button onClick={() => setIsAsking(true)}>{text('account.delete.ask')}</Button>
      {isAsking && (
        <ConfirmDialog
          title={text('account.delete.title')}
          description={text('account.delete.text')}
          apply={text('account.delete')}
          call={remove}
          onClose={close}
          onApply={() => {
            if (!isTyped) return;
            void remove.run();
          }}
        >
          <Field label={text('account.delete.type', { email: account.email })}>
            <TextInput value={typed} onChange={setTyped} autoCapitalize="none" />
          </Field>
        </ConfirmDialog>
      )}
    </SettingRow>
  );
}
