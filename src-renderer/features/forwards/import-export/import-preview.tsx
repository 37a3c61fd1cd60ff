import type { ReactElement } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Chip, Mono, UntrustedText } from '../../../ui/index.ts';
import styles from './ini-dialog.module.css';
import { describeKind, describeRoute } from '../list/rule-text.ts';

type Answer = CallOutput<'forwards.import'>;

/** Lists the lines of an imported text that are invalid, each with its reason. */
export function ImportErrors({ errors }: Readonly<{ errors: Answer['errors'] }>): ReactElement {
  return (
    <div className={styles['errors']} role="alert">
      <p className={styles['heading']}>{text('forwards.import.errors', { count: errors.length })}</p>
      <ul>
        {errors.map(({ line, key, code, message }) => (
          <li key={`${line} ${key ?? ''} ${code}`}>
            <strong>
              {key === null ? text('forwards.import.line', { line }) : text('forwards.import.line.key', { line, key })}
            </strong>{' '}
            <UntrustedText>{message}</UntrustedText>
          </li>
        ))}
      </ul>
    </div>
  );
}

/**
 * Table of the forwards that an import would add, with those that exist already.
 * @param replace forwards of the same name are replaced
 */
export function ImportedRules({
  rules,
  replace,
}: Readonly<{ rules: Answer['rules']; replace: boolean }>): ReactElement {
  return (
    <table className={styles['rules']}>
      <caption className="visually-hidden">{text('forwards.import.preview')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('forwards.import.column.rule')}</th>
          <th scope="col">{text('forwards.import.column.what')}</th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ line, rule, peerName, replaces }) => {
          const view = { rule, peerName, address: null };
          const { from, to } = describeRoute(view);
          return (
            <tr key={line}>
              <td>
                <strong>
                  <UntrustedText>{rule.name}</UntrustedText>
                </strong>
                <span className={styles['about']}>{describeKind(view)}</span>
                <span className={styles['route']}>
                  <Mono>{from}</Mono> → {to}
                </span>
              </td>
              <td className={styles['what']}>
                {replaces ? (
                  <Chip tone={replace ? 'warning' : 'bad'}>
                    {text(replace ? 'forwards.import.replaces' : 'forwards.import.taken')}
                  </Chip>
                ) : (
                  <Chip tone="good">{text('forwards.import.new')}</Chip>
                )}
                {!rule.enabled && <Chip tone="neutral">{text('forwards.state.off')}</Chip>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
