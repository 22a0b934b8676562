/* A like: shown at once, told after; the last press counts.  Who likes it is
 * told by the number beside it. */
import heart from 'icon:heart';
import { likers } from '../core/layers';
import { countOf, isMarked, turnMark } from '../core/marks';
import { needLogin } from '../core/session';
import { shortNumber, t } from '../core/words';
import { Icon } from './Icon';
import { tellError } from './Toast';

interface Props {
	item: number;
	on: boolean;
	count: number;
	/* One's own pin, which one does not like. */
	own?: boolean;
}

export function LikeButton({ item, on, count, own = false }: Props) {
	const path = `items/${item}/like`;
	const press = () => needLogin(() => {
		turnMark(path, on).catch(tellError);
	});
	return <span class="like">
		{!own && <button type="button" class="icon-button like-main"
			aria-pressed={isMarked(path, on)} onClick={press}
			aria-label={t('like')} title={t('like')}>
			<Icon of={heart} size={20} /></button>}
		<LikeCount item={item} own={own}
			count={countOf(path, on, count)} />
	</span>;
}

export function LikeCount({ item, count, own = false }:
	{ item: number; count: number; own?: boolean }) {
	const n = shortNumber(count);
	return <button type="button" class="like-count" aria-haspopup="dialog"
		aria-label={own ? undefined : `${t('likes')}: ${n}`}
		disabled={count === 0} onClick={() => { likers.value = item; }}>
		{own ? t('likes.count', { n: count }) : n}</button>;
}
