export { Banner, type BannerProps } from './banner.tsx';
export { Button, IconButton, type ButtonProps, type IconButtonProps } from './button.tsx';
export { Caution, type CautionProps } from './caution.tsx';
export { Chip, type ChipProps } from './chip.tsx';
export { classes } from './classes.ts';
export { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx';
export { CopyButton, type CopyButtonProps } from './copy-button.tsx';
export { Countdown, RetryCountdown, type CountdownProps } from './countdown.tsx';
export { Dialog, type DialogProps } from './dialog.tsx';
export { EmptyState, type EmptyStateProps } from './empty-state.tsx';
export { ErrorStepsContext, type ErrorSteps } from './error-step.ts';
export { ErrorNotice, type ErrorNoticeProps } from './error-notice.tsx';
export { FileButton, type FileButtonProps } from './file-button.tsx';
export { Field, TextArea, TextInput, type FieldProps, type TextAreaProps, type TextInputProps } from './field.tsx';
export { FormDialog, type FormDialogProps } from './form-dialog.tsx';
export { ContextMenu, Menu, type MenuItem, type MenuProps } from './menu.tsx';
export { Modal, ModalTitle, type ModalProps } from './modal.tsx';
export { Ordered, RunsOf } from './ordered-text.tsx';
export { Popover, type PopoverProps } from './popover.tsx';
export { RadioGroup, type RadioGroupProps, type RadioOption } from './radio-group.tsx';
export { Select, type SelectProps } from './select.tsx';
export {
  Card,
  Mono,
  PageHeader,
  PageList,
  PageLoading,
  Words,
  type PageHeaderProps,
  type PageListProps,
} from './small.tsx';
export { Sparkline, type SparklineProps } from './sparkline.tsx';
export { Spinner } from './spinner.tsx';
export { StatusDot, type StatusDotProps } from './status-dot.tsx';
export { Switch, type SwitchProps } from './switch.tsx';
export { Tabs, type TabsProps } from './tabs.tsx';
export type { Tone } from './tone.ts';
export { Tooltip, type TooltipProps } from './tooltip.tsx';
export { useFocusKept } from './use-focus-kept.ts';
export { useLasting } from './use-lasting.ts';
export { steadyOrder, useSteadyOrder, type SteadyOrder } from './use-steady-order.ts';
export { Wait, type WaitProps } from './wait.tsx';
