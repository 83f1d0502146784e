from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspace", "0003_members_sessions_tokens")]

    operations = [
        # Sessions of before are known by keys that open them; now only hashes are kept, so everybody signs in again.
        migrations.RunSQL("DELETE FROM workspace_session", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="project",
            name="counted_share",
            field=models.FloatField(default=0, help_text="how much is counted of what is to be counted anew"),
        ),
    ]
