import type { ReactElement } from 'react';
import { BROWSER_LIVES, type BrowserLife } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { RadioGroup } from '../../../ui/index.ts';
import { useApp } from '../../../store/index.ts';

export type BrowserLifeChoiceProps = Readonly<{
  /** Name of the browser, quoted. */
  name: string;
  value: BrowserLife;
  onChange(life: BrowserLife): void;
}>;

/** Lets the person choose how long a browser may open terminals here, before they confirm that it is theirs. */
export function BrowserLifeChoice({ name, value, onChange }: BrowserLifeChoiceProps): ReactElement {
  const asks = useApp(({ status }) => status?.browsers === 'ask');
  return (
    <RadioGroup<BrowserLife>
      size="small"
      label={text('browser.life', { name })}
      value={value}
      options={BROWSER_LIVES.map((life) => ({
        value: life,
        label: text(`browser.life.${life}`),
        description: text(`browser.life.${life}.about`),
      }))}
      note={text(asks ? 'browser.life.asks' : 'browser.life.note')}
      onChange={onChange}
    />
  );
}
