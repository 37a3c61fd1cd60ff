import { Keyboard, Plus, RotateCcw, X } from 'lucide-react';
import { useCallback, useState, type ReactElement } from 'react';
import { MOST_COMBINATIONS, type KeySettings } from '#shared/app-api/index.ts';
import {
  ACTIONS,
  combinationText,
  conflictsOf,
  keysFor,
  SCOPES,
  scopeOf,
  shownKeys,
  type Action,
} from '../../../keys/index.ts';
import { text, usesCommandKey } from '../../../locale/index.ts';
import { isBrowserMachine, isWithout, useApp, type AppState } from '../../../store/index.ts';
import { Button, ErrorNotice, IconButton, KeyCaps, SearchInput, SettingRow } from '../../../ui/index.ts';
import { Section } from '../section.tsx';
import { useWindowSettings } from '../use-window-settings.ts';
import { isChanged, withDefaultKeys, withKeys, withoutKeys, type KeyChange } from './key-changes.ts';
import styles from './keys-section.module.css';
import { useKeyRecording } from './use-key-recording.ts';

/** Action whose keys are being recorded, and whether they replace its others. */
type Recording = Readonly<{ action: Action; how: KeyChange }>;

/**
 * Section of the settings for the keys of all actions. The person records other keys, adds, removes and resets them; keys with two meanings are
 * named. Each change is saved at once (`shell.settings.set`).
 */
export function KeysSection(): ReactElement {
  const { settings, error, change } = useWindowSettings();
  const facts = useApp((state) => state.facts);
  const { keys } = settings;
  const [query, setQuery] = useState('');
  const [recording, setRecording] = useState<Recording>();
  const save = (next: KeySettings): void => void change({ keys: next });
  const scopes = SCOPES.map((scope) => ({
    scope,
    actions: ACTIONS.filter(
      (action) => scopeOf(action) === scope && isHere(action, facts) && isFound(action, keys, query),
    ),
  })).filter(({ actions }) => actions.length > 0);
  return (
    <Section
      name="keys"
      title={text('settings.keys')}
      text={text(usesCommandKey ? 'settings.keys.text.mac' : 'settings.keys.text')}
    >
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={styles['top']}>
        <SearchInput label={text('settings.keys.search')} value={query} onChange={setQuery} />
        <Button disabled={Object.keys(keys).length === 0} onClick={() => save({})}>
          {text('settings.keys.reset-all')}
        </Button>
      </div>
      {scopes.length === 0 && <p className={styles['none']}>{text('settings.keys.no-match')}</p>}
      {scopes.map(({ scope, actions }) => (
        <section key={scope} aria-label={text(`keys.scope.${scope}`)}>
          <h3 className={styles['title']}>{text(`keys.scope.${scope}`)}</h3>
          <ul className={styles['actions']}>
            {actions.map((action) => (
              <ActionRow
                key={action}
                action={action}
                keys={keys}
                recording={recording?.action === action ? recording.how : undefined}
                onRecord={(how) => setRecording({ action, how })}
                onStop={() => setRecording(undefined)}
                onChange={save}
              />
            ))}
          </ul>
        </section>
      ))}
    </Section>
  );
}

/** Reports whether this window has something for the keys: a browser has no forwards, and no relay is offered to it. */
function isHere(action: Action, facts: AppState['facts']): boolean {
  if (action === 'machine.send') return facts?.kind === 'desktop' || isBrowserMachine(facts);
  if (action === 'machine.forward') return !isWithout(facts, 'forwards');
  return action !== 'inbox.relay' || !isBrowserMachine(facts);
}

type RowProps = Readonly<{
  action: Action;
  keys: KeySettings;
  /** Set while new keys are recorded for this action. */
  recording: KeyChange | undefined;
  onRecord(how: KeyChange): void;
  onStop(): void;
  onChange(keys: KeySettings): void;
}>;

function ActionRow({ action, keys, recording, onRecord, onStop, onChange }: RowProps): ReactElement {
  const combinations = keysFor(action, keys);
  const conflicts = conflictsOf(action, keys, usesCommandKey);
  const label = text(`keys.${action}`);
  const done = useCallback(
    (combination: string | undefined) => {
      onStop();
      if (combination !== undefined && recording !== undefined)
        onChange(withKeys(keys, action, combination, recording));
    },
    [onStop, onChange, keys, action, recording],
  );
  const isRefused = useKeyRecording(recording !== undefined, scopeOf(action) === 'terminal', done);
  return (
    <li>
      <SettingRow
        dense
        name={label}
        below={
          (isRefused || conflicts.length > 0) && (
            <>
              {isRefused && (
                <p className={styles['problem']} role="alert">
                  {text(usesCommandKey ? 'settings.keys.refused.mac' : 'settings.keys.refused')}
                </p>
              )}
              {conflicts.map((other) => (
                <p key={other} className={styles['problem']}>
                  {text('settings.keys.conflict', { action: text(`keys.${other}`) })}
                </p>
              ))}
            </>
          )
        }
      >
        <button type="button" className={styles['keys']} onClick={() => onRecord('replace')}>
          <span className="visually-hidden">{text('settings.keys.change', { action: label })} </span>
          {recording !== undefined && (
            <span className={styles['press']} role="status">
              <Keyboard aria-hidden="true" />
              {text('settings.keys.press')}
            </span>
          )}
          {recording === undefined && combinations.length === 0 && (
            <span className={styles['none']}>{text('settings.keys.none')}</span>
          )}
          {recording === undefined &&
            combinations.map((combination) => <KeyCaps key={combination} keys={shownKeys(combination)} />)}
        </button>
        <span className={styles['buttons']}>
          <IconButton
            size="small"
            label={text('settings.keys.add', { action: label })}
            icon={<Plus />}
            disabled={combinations.length >= MOST_COMBINATIONS}
            onClick={() => onRecord('add')}
          />
          <IconButton
            size="small"
            label={text('settings.keys.remove', { action: label })}
            icon={<X />}
            disabled={combinations.length === 0}
            onClick={() => onChange(withoutKeys(keys, action))}
          />
          <IconButton
            size="small"
            label={text('settings.keys.reset', { action: label })}
            icon={<RotateCcw />}
            disabled={!isChanged(keys, action)}
            onClick={() => onChange(withDefaultKeys(keys, action))}
          />
        </span>
      </SettingRow>
    </li>
  );
}

/** Finds actions by their name or the name of their keys. */
function isFound(action: Action, keys: KeySettings, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return [text(`keys.${action}`), ...keysFor(action, keys).map(combinationText)].some((words) =>
    words.toLowerCase().includes(wanted),
  );
}
