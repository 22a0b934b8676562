/* Change the title of one's pin. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { remember, useLoad } from '../core/load';
import { go, type Params } from '../core/router';
import { me } from '../core/session';
import type { Pin } from '../core/types';
import { useTitle } from '../core/title';
import { tagsOf } from '../core/uploads';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Picture } from '../grid/Picture';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Form } from '../ui/Form';
import { HomeField } from '../ui/HomeField';
import { LoginFirst } from '../ui/LoginFirst';
import { removePin } from '../ui/hiding';
import { ErrorState } from '../ui/State';

export default function PinEdit({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<Pin>(`pins/${id}`);
	useTitle(t('pin.edit'));
	if (error.value)
		return <ErrorState error={error.value} again={again} />;
	if (!me.value)
		return <LoginFirst />;
	if (!data.value)
		return <h1 class="hidden">{t('pin.edit')}</h1>;
	if (data.value.author !== me.value.username)
		return <div class="state"><h1>{t('pin.edit')}</h1>
			<p>{t('pin.not_yours')}</p></div>;
	return <Edit pin={data.value} />;
}

/* The board that it was made on, if that is to be another one. */
const home = (board = ''): { board?: number } =>
	Number(board) ? { board: Number(board) } : {};

function Edit({ pin }: { pin: Pin }) {
	const title = useSignal(pin.title);
	const { width, height } = pin.media;
	return <section class="narrow box">
		<h1>{t('pin.edit')}</h1>
		<div class="edit-picture" style={{ aspectRatio: `${width} / ${height}` }}>
			<Picture pin={pin} first sizes="480px" /></div>
		<Form button={t('save.changes')} send={async (values) => {
			const path = `pins/${pin.id}`;
			remember(path, await api<Pin>('PATCH', path,
				{ body: { title: values['title'], alt: values['alt'] ?? '',
					...home(values['board']) } }));
			forgetFeeds();
			go(`/pin/${pin.id}`, true);
		}}>
			{(errors) => <>
				<Field name="title" label={t('field.title')} maxLength={100}
					value={title.value} errors={errors['title']} required
					onInput={(e) => { title.value = e.currentTarget.value; }}
					hint={t('field.title.hint')} />
				<Field name="alt" label={t('field.alt')} maxLength={500}
					defaultValue={pin.alt} errors={errors['alt']}
					hint={t('field.alt.hint')} />
				<HomeField pin={pin} errors={errors['board']} />
				<p class="chips">{tagsOf(title.value).map((tag) =>
					<span class="chip on">#{tag}</span>)}</p>
			</>}
		</Form>
		<Button kind="danger" onClick={() => { void removePin(pin); }}>
			{t('pin.delete')}</Button>
	</section>;
}
