/* One thing of those that one deleted. */
import board from 'icon:layout-grid';
import image from 'icon:image';
import trash from 'icon:trash-2';
import { smaller } from '../core/images';
import { langOf } from '../core/lang';
import { daysLeft, nameOf, type Trashed } from '../core/trash';
import { t } from '../core/words';
import { Button, IconButton } from './Button';
import { Icon } from './Icon';

interface Props {
	of: Trashed;
	refused: string | undefined;
	back: () => void;
	drop: () => void;
}

export function TrashRow({ of: one, refused, back, drop }: Props) {
	const name = nameOf(one);
	return <div class="kept-row">
		{one.image ? <img class="told-picture" alt="" loading="lazy" width={56}
			height={56} src={smaller(one.image, 236)} />
			: <span class="kept-icon"><Icon size={24}
				of={one.kind === 'board' ? board : image} /></span>}
		<span class="kept-words">
			<b lang={langOf(name)}>{name}</b>
			<small>{t(`trash.${one.kind}`)} · {t('trash.left',
				{ n: daysLeft(one) })}</small>
			{refused && <small class="field-error" role="alert">
				{refused}</small>}
		</span>
		<Button aria-label={t('trash.restore.name', { name })} onClick={back}>
			{t('trash.restore')}</Button>
		<IconButton icon={trash} label={t('trash.delete.name', { name })}
			onClick={drop} />
	</div>;
}
