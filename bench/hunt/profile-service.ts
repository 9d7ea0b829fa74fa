import { Controller, Module } from '@nestjs/common';
import { GetProfile, PreferencesDto } from '#libs/contracts';
import type { ProfileDto } from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';

@Controller()
class Profiles {
  @Operation(GetProfile)
  async getProfile(_input: object, run: OperationRun): Promise<ProfileDto> {
    return {
      userId: run.actor.userId,
      version: 1,
      resume: {
        basics: { label: 'Software-Entwickler' },
        work: Array.from({ length: 6 }, (_, at) => ({
          position: 'Software-Entwickler',
          highlights: [
            `Baute Dienste in TypeScript und Node.js für die Stadt, Folge ${at}`,
            'Hielt PostgreSQL-Datenbanken schnell und schrieb klare Texte über Technik',
            'Plante mit Kunden neue Anlagen und zeigte Wege auf',
          ],
        })),
        skills: [{ name: 'Backend', keywords: ['TypeScript', 'Node.js', 'PostgreSQL', 'Kubernetes'] }],
        languages: [{ language: 'German', fluency: 'C2' }],
      },
      preferences: Object.assign(new PreferencesDto(), {
        titlesWanted: ['Software-Entwickler'],
        places: ['Berlin', 'Hamburg'],
        languages: ['de', 'en'],
        salary: { min: 60_000, currency: 'EUR' },
      }),
      standingRule: null,
      updatedAt: new Date(0).toISOString(),
    };
  }
}

/** Stands in for the service `documents`: one profile for everybody. */
@Module({ controllers: [Profiles] })
export class ProfileModule {}
