import { Component, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import styles from './page-boundary.module.css';

type Props = Readonly<{ children: ReactNode }>;

type State = Readonly<{ failed: boolean }>;

/**
 * Keeps to itself what goes wrong while this part of the window is drawn, which would else leave the whole window empty: a defect of ours, or a file of
 * the window that an update has replaced under it. React writes the error to the console.
 */
export class PageBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  /** With what has changed meanwhile. A file that could not be loaded stays so until the page is loaded anew: browsers remember it. */
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
          <strong>{text('app.page.failed')}</strong> {text('app.page.failed.text')}
        </Banner>
      </div>
    );
  }
}
