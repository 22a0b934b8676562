/* Pages on which pins are made and changed: one script. */
export { default as Create } from '../pages/create';
export { default as Join } from '../pages/join';
export { default as PinEdit } from '../pages/pin_edit';
