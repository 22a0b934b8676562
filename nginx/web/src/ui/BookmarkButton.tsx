/* Save for later: a list of one's own, without a board. */
import clock from 'icon:clock';
import { isMarked, turnMark } from '../core/marks';
import { needLogin } from '../core/session';
import { t } from '../core/words';
import { IconButton } from './Button';
import { tellError } from './Toast';

export function BookmarkButton({ item, on }: { item: number; on: boolean }) {
	const path = `items/${item}/bookmark`;
	const now = isMarked(path, on);
	const press = () => needLogin(() => {
		turnMark(path, on).catch(tellError);
	});
	return <IconButton icon={clock} class="later" aria-pressed={now}
		label={t(now ? 'later.saved' : 'later')} onClick={press} />;
}
