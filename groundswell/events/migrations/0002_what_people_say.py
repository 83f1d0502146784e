from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        *[
            migrations.AddField(model, name, field)
            for model in ("eventname", "propertyname")
            for name, field in (
                ("description", models.TextField(blank=True, default="")),
                ("owner", models.BigIntegerField(help_text="the person who knows what it means", null=True)),
                (
                    "is_hidden",
                    models.BooleanField(default=False, help_text="left out of suggestions; collected all the same"),
                ),
            )
        ],
        migrations.CreateModel(
            name="RoleName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project_id", models.BigIntegerField()),
                ("role", models.CharField(max_length=40)),
                ("event", models.CharField(max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project_id", "role"), name="one_event_a_role"),
                ],
            },
        ),
    ]
