import { Fragment, type ReactElement } from 'react';
import { CopyButton } from '../../ui/index.ts';
import styles from './copyable.module.css';

export type CopyableTextProps = Readonly<{
  value: string;
  /** Label of the button that copies it. Without one, the button is an icon. */
  label?: string;
}>;

/** Command, link or secret in the font for codes, with the button that copies it. A line breaks between words: a hyphen at its end would look typed. */
export function CopyableText({ value, label }: CopyableTextProps): ReactElement {
  return (
    <div className={styles['copyable']}>
      <code>
        {value.split(' ').map((word, at) => (
          // Words repeat, and never change place.
          // eslint-disable-next-line react/no-array-index-key
          <Fragment key={at}>
            {at > 0 && ' '}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <CopyButton value={value} label={label} iconOnly={label === undefined} />
    </div>
  );
}
