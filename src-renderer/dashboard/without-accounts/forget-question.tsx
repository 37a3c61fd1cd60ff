import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ConfirmDialog } from '../../ui/index.ts';
import { KeysEnd, readKeysEnd, type SignOutEnds } from '../end-session/index.ts';
import { NO_ACCOUNT } from '../kept-keys/index.ts';

/** Question whether this browser is to be forgotten. */
export type ForgetQuestion = Readonly<{
  /** Asks the person, and says what ends. */
  ask(): Promise<void>;
  /** Asks only where something ends; goes on at once otherwise. */
  askIfPaired(): Promise<void>;
  /** The dialog while it asks; null otherwise. */
  dialog: ReactElement | null;
}>;

/** Returns the question whether this browser is to be forgotten. @param onYes called when the person wants that */
export function useForgetQuestion(onYes: () => void): ForgetQuestion {
  const [ends, setEnds] = useState<SignOutEnds>();
  return {
    ask: async () => setEnds((await readKeysEnd(NO_ACCOUNT)) ?? { terminals: [] }),
    askIfPaired: async () => {
      const found = await readKeysEnd(NO_ACCOUNT);
      if (found === undefined) onYes();
      else setEnds(found);
    },
    dialog:
      ends === undefined ? null : (
        <ConfirmDialog
          title={text('own.forget.title')}
          apply={text('own.forget.apply')}
          keep={text('ui.cancel')}
          onClose={() => setEnds(undefined)}
          onApply={() => {
            setEnds(undefined);
            onYes();
          }}
        >
          <KeysEnd ends={ends} />
        </ConfirmDialog>
      ),
  };
}
