import { Component, type ReactNode } from 'react';
import { gapAfter, text } from '../../locale/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import styles from './page-boundary.module.css';

type Props = Readonly<{ children: ReactNode }>;

type State = Readonly<{ failed: boolean }>;

/**
 * Catches errors that its children throw while they render: a defect, or a file of the window that an update has replaced. Shows a message with a
 * button to try again in their place; without this boundary the window would become empty. React logs the error to the console. Used around the whole
 * window and around each page.
 */
export class PageBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  /** Renders again with the current state. A file that couldn't be loaded fails until the page is reloaded, because browsers cache the failure. */
  readonly #retry = (): void => this.setState({ failed: false });

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className={styles['failed']}>
        <Banner
          tone="bad"
          action={
            <Button size="small" onClick={this.#retry}>
              {text('app.page.again')}
            </Button>
          }
        >
          <strong>{text('app.page.failed')}</strong>
          {gapAfter(text('app.page.failed'))}
          {text('app.page.failed.text')}
        </Banner>
      </div>
    );
  }
}
