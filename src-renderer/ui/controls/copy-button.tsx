import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from './button.tsx';

/** Duration of the confirmation, ms. */
const SHOWN = 2000;

export type CopyButtonProps = Readonly<{
  value: string;
  label?: string | undefined;
  size?: 'small' | 'medium' | 'large' | undefined;
}>;

export function CopyButton({ value, label = text('ui.copy'), size = 'small' }: CopyButtonProps): ReactElement {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <Button size={size} icon={copied ? <Check /> : <Copy />} onClick={() => void copy(value).then(setCopied)}>
        {label}
      </Button>
      <span role="status" className="visually-hidden">
        {copied && text('ui.copied')}
      </span>
    </>
  );
}

/** Copies a text; a browser may deny the clipboard. @returns whether it was copied */
async function copy(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copyBySelection(value);
  }
}

function copyBySelection(value: string): boolean {
  const area = document.createElement('textarea');
  area.value = value;
  area.className = 'visually-hidden';
  const focused = document.activeElement;
  (focused?.parentElement ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
