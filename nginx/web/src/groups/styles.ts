/* Pages of style posts: one script. */
export { default as Style } from '../pages/style';
export { default as StyleEdit } from '../pages/style_edit';
export { default as StyleNew } from '../pages/style_new';
export { default as StylePage } from '../pages/style_post';
