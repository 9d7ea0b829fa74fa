import { Controller } from '@nestjs/common';
import { GetProfile, ImportProfile, ListProfileVersions, UpdateProfile } from '#libs/contracts';
import type {
  GetProfileInput,
  ImportProfileInput,
  ListProfileVersionsInput,
  ListProfileVersionsOutput,
  ProfileChangedOutput,
  ProfileDto,
  UpdateProfileInput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { ProfilesService } from './profiles.service.js';

@Controller()
export class ProfilesController {
  constructor(private readonly profiles: ProfilesService) {}

  @Operation(ImportProfile)
  async importProfile(input: ImportProfileInput, run: OperationRun): Promise<ProfileChangedOutput> {
    return this.profiles.import(input, run);
  }

  @Operation(GetProfile)
  async getProfile(input: GetProfileInput, run: OperationRun): Promise<ProfileDto> {
    return this.profiles.get(input, run);
  }

  @Operation(UpdateProfile)
  async updateProfile(input: UpdateProfileInput, run: OperationRun): Promise<ProfileChangedOutput> {
    return this.profiles.update(input, run);
  }

  @Operation(ListProfileVersions)
  async listProfileVersions(
    input: ListProfileVersionsInput,
    run: OperationRun,
  ): Promise<ListProfileVersionsOutput> {
    return this.profiles.versions(input, run);
  }
}
