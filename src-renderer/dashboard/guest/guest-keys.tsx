import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { HeldModifiers, TouchKey } from '../../features/terminals/index.ts';
import { text } from '../../locale/index.ts';
import { classes } from '../../ui/index.ts';
import styles from './guest.module.css';
import { useHiddenSides } from './hidden-sides.ts';

export type GuestKeysProps = Readonly<{
  held: HeldModifiers;
  setHeld(held: HeldModifiers): void;
  press(key: TouchKey): void;
}>;

/** Key of the row: its name for screen readers, its sign (the name without one), and what it types. */
type Key = Readonly<{ name: KeyName; sign?: ReactNode; key: TouchKey }>;
type KeyName = 'escape' | 'tab' | 'interrupt' | 'left' | 'down' | 'up' | 'right' | 'bar' | 'tilde' | 'slash' | 'hyphen';

const BEFORE: readonly Key[] = [
  { name: 'escape', key: { text: '\u001B' } },
  { name: 'tab', key: { text: '\t' } },
];
const AFTER: readonly Key[] = [
  { name: 'interrupt', sign: '^C', key: { text: '\u0003' } },
  { name: 'bar', sign: '|', key: { text: '|' } },
  { name: 'tilde', sign: '~', key: { text: '~' } },
  { name: 'left', sign: <ArrowLeft aria-hidden="true" />, key: { arrow: 'D' } },
  { name: 'down', sign: <ArrowDown aria-hidden="true" />, key: { arrow: 'B' } },
  { name: 'up', sign: <ArrowUp aria-hidden="true" />, key: { arrow: 'A' } },
  { name: 'right', sign: <ArrowRight aria-hidden="true" />, key: { arrow: 'C' } },
  { name: 'slash', sign: '/', key: { text: '/' } },
  { name: 'hyphen', sign: '-', key: { text: '-' } },
];

/** Keys that an on-screen keyboard lacks, in one row that scrolls and fades where it goes on. Ctrl and Alt are held for the next key. */
export function GuestKeys({ held, setHeld, press }: GuestKeysProps): ReactElement {
  const [row, setRow] = useState<HTMLDivElement | null>(null);
  const sides = useHiddenSides(row);
  const typing = ({ name, sign, key }: Key): ReactElement => (
    <KeyButton key={name} label={text(`guest.key.${name}`)} onPress={() => press(key)}>
      {sign ?? text(`guest.key.${name}`)}
    </KeyButton>
  );
  const holding = (modifier: keyof HeldModifiers): ReactElement => (
    <KeyButton
      label={text(`guest.key.${modifier}.next`)}
      pressed={held[modifier]}
      onPress={() => setHeld({ ...held, [modifier]: !held[modifier] })}
    >
      {text(`guest.key.${modifier}`)}
    </KeyButton>
  );
  return (
    <div ref={setRow} role="toolbar" aria-label={text('guest.keys')} className={styles['keys']} {...sides}>
      {BEFORE.map(typing)}
      {holding('ctrl')}
      {holding('alt')}
      {AFTER.map(typing)}
    </div>
  );
}

type KeyButtonProps = Readonly<{ label: string; pressed?: boolean; onPress(): void; children: ReactNode }>;

function KeyButton({ label, pressed, onPress, children }: KeyButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      className={classes(styles['key'], pressed === true && styles['held'])}
      // Without the focus on the terminal, the on-screen keyboard would close.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
