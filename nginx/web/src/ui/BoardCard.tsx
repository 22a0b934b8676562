/* A board: its cover or first picture large, the next two small. */
import { smaller } from '../core/images';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { Faces } from './Faces';
import { Secret } from './Secret';

export function BoardCard({ board }: { board: Board }) {
	const pins = board.pin.map((pin) => pin.image)
		.filter((image) => image !== board.cover);
	const [first, ...others] = [...board.cover ? [board.cover] : [], ...pins];
	return <a class="board-card" draggable={false} href={`/board/${board.id}`}>
		<span class="cover">
			<span>{first && <img src={smaller(first, 474)} alt=""
				loading="lazy" />}</span>
			{[0, 1].map((i) => <span key={i}>{others[i] && <img alt=""
				src={smaller(others[i], 236)} loading="lazy" />}</span>)}
		</span>
		<b>{board.secret && <Secret />}{board.title}</b>
		<small class="board-line">
			{board.role && <span>@{board.author}</span>}
			<span>{t('pins.count', { n: board.pin_count })}</span>
			<Faces members={board.members} size={20} />
		</small>
	</a>;
}
