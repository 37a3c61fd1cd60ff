import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Copy, Keyboard } from 'lucide-react';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { classes } from '../../../ui/index.ts';
import type { TerminalScreen } from '../screen/terminal-screen.ts';
import { NONE_HELD, type HeldModifiers, type TouchKey } from '../screen/touch-keys.ts';
import styles from './phone.module.css';

/** Key of the row: its name for screen readers, its sign (the name without one), and what it types. */
type Key = Readonly<{ name: KeyName; sign?: ReactNode; key: TouchKey }>;
type KeyName = 'escape' | 'tab' | 'left' | 'down' | 'up' | 'right' | 'bar' | 'slash' | 'tilde' | 'hyphen' | 'c' | 'r';

const BEFORE: readonly Key[] = [
  { name: 'escape', key: { text: '\u001b' } },
  { name: 'tab', key: { text: '\t' } },
];
const AFTER: readonly Key[] = [
  { name: 'left', sign: <ArrowLeft />, key: { arrow: 'D' } },
  { name: 'down', sign: <ArrowDown />, key: { arrow: 'B' } },
  { name: 'up', sign: <ArrowUp />, key: { arrow: 'A' } },
  { name: 'right', sign: <ArrowRight />, key: { arrow: 'C' } },
  { name: 'bar', sign: '|', key: { text: '|' } },
  { name: 'slash', sign: '/', key: { text: '/' } },
  { name: 'tilde', sign: '~', key: { text: '~' } },
  { name: 'hyphen', sign: '-', key: { text: '-' } },
  { name: 'c', sign: '^C', key: { text: '\u0003' } },
  { name: 'r', sign: '^R', key: { text: '\u0012' } },
];

type RowProps = Readonly<{
  screen: TerminalScreen | undefined;
  /** Copies the selected text, or the lines in sight while nothing is selected. */
  onCopy(): void;
}>;

/**
 * Keys that an on-screen keyboard lacks, for the terminal in front of a touch screen. Ctrl and Alt are held for the next key, of this row or of the
 * keyboard. The keyboard stays open, because no key takes the focus.
 */
export function KeyRow({ screen, onCopy }: RowProps): ReactElement {
  const [held, setHeld] = useState(NONE_HELD);
  useEffect(() => {
    screen?.hold(held, () => setHeld(NONE_HELD));
    return () => screen?.hold(NONE_HELD, () => undefined);
  }, [screen, held]);
  const typing = ({ name, sign, key }: Key): ReactElement => (
    <KeyButton key={name} label={text(`terminals.key.${name}`)} onPress={() => screen?.type(key)}>
      {sign ?? text(`terminals.key.${name}`)}
    </KeyButton>
  );
  const holding = (modifier: keyof HeldModifiers, sign: string): ReactElement => (
    <KeyButton
      label={text(`terminals.key.${modifier}`)}
      pressed={held[modifier]}
      onPress={() => setHeld((before) => ({ ...before, [modifier]: !before[modifier] }))}
    >
      {sign}
    </KeyButton>
  );
  return (
    <div role="toolbar" aria-label={text('terminals.key.row')} className={styles['keys']}>
      {BEFORE.map(typing)}
      {holding('ctrl', text('ui.key.ctrl'))}
      {holding('alt', 'Alt')}
      {AFTER.map(typing)}
      <KeyButton label={text('terminals.key.copy')} onPress={onCopy}>
        <Copy />
      </KeyButton>
      <KeyButton label={text('terminals.key.keyboard')} onPress={() => toggleKeyboard(screen)}>
        <Keyboard />
      </KeyButton>
    </div>
  );
}

/** Shows the on-screen keyboard by focusing the terminal, or hides it. */
function toggleKeyboard(screen: TerminalScreen | undefined): void {
  const input = screen?.input;
  if (input !== undefined && document.activeElement === input) input.blur();
  else screen?.focus();
}

type ButtonProps = Readonly<{
  label: string;
  /** Set for a key that is held. */
  pressed?: boolean | undefined;
  onPress(): void;
  children: ReactNode;
}>;

function KeyButton({ label, pressed, onPress, children }: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      className={classes(styles['key'], pressed === true && styles['held'])}
      // Without the focus on the terminal, the on-screen keyboard would close.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
