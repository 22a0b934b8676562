/* In the place of a pin that was deleted; who deleted it may restore it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import trashIcon from 'icon:trash-2';
import { peek } from '../core/api';
import { plainTitle } from '../core/images';
import { me } from '../core/session';
import { daysLeft, nameOf, restore, type Trashed } from '../core/trash';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { Button } from './Button';
import { Icon } from './Icon';
import { tellError } from './Toast';

interface Props {
	id: number;
	again: () => void;
}

export function DeletedPin({ id, again }: Props) {
	useTitle(t('pin.gone'));
	const own = useSignal<Trashed | null>(null);
	useEffect(() => {
		own.value = null;
		if (me.value)
			void peek<Trashed>(`trash/${id}`)
				.then((found) => { own.value = found; });
	}, [id, me.value?.id]);
	return <div class="state gone">
		<span class="state-icon"><Icon of={trashIcon} size={32} /></span>
		<h1>{t('pin.gone')}</h1>
		{own.value ? <Mine of={own.value} again={again} />
			: <p>{t('pin.gone.text')}</p>}
	</div>;
}

function Mine({ of: one, again }: { of: Trashed; again: () => void }) {
	const busy = useSignal(false);
	const back = () => {
		busy.value = true;
		restore(one).then(again, tellError)
			.finally(() => { busy.value = false; });
	};
	return <>
		<p>{t('pin.gone.own', { name: plainTitle(nameOf(one)),
			left: t('trash.left', { n: daysLeft(one) }) })}</p>
		<div class="buttons">
			<Button kind="primary" busy={busy.value} onClick={back}>
				{t('trash.restore')}</Button>
			<a class="button plain" href="/trash">{t('trash')}</a>
		</div>
	</>;
}
