/* The dialogs that any page may open: one script. */
export { default as AskDialog } from '../ui/AskDialog';
export { default as BoardDialog } from '../ui/BoardDialog';
export { default as BoardPicker } from '../ui/BoardPicker';
export { default as KeysDialog } from '../ui/KeysDialog';
export { default as LoginDialog } from '../ui/LoginDialog';
