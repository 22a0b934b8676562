/* A board: its first picture large, the next two small. */
import { smaller } from '../core/images';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { Secret } from './Secret';

export function BoardCard({ board }: { board: Board }) {
	const [first, ...others] = board.pin.slice(0, 3);
	return <a class="board-card" draggable={false} href={`/board/${board.id}`}>
		<span class="cover">
			<span>{first && <img src={smaller(first.image, 474)} alt=""
				loading="lazy" />}</span>
			{[0, 1].map((i) => <span key={i}>{others[i] && <img alt=""
				src={smaller(others[i].image, 236)} loading="lazy" />}</span>)}
		</span>
		<b>{board.secret && <Secret />}{board.title}</b>
		<small>{t('pins.count', { n: board.pin_count })}</small>
	</a>;
}
